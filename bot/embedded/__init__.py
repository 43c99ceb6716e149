"""The default world: an OKR server and a Slack-like workspace. Reached over HTTP only; imports nothing of the bot."""
