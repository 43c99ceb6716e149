"""What an objective is and what may be done with it: no Slack, no HTTP, no SQL."""
