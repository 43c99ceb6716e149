"""The bot's own database: SQLite or Postgres."""
