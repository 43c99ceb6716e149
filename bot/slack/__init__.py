"""The bot's side of Slack: who its users are, and how answers reach them."""
