"""The page of the local workspace, driven in a real Chromium."""
