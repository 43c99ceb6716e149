"""okr-bot: OKRs without leaving Slack."""

__version__ = "0.1.0"
