"""Block Kit: pure functions from objectives to messages and forms. A view calls nothing."""
