"""Channel notifications: who wants to hear of what and when, what happened, and what a digest has to tell."""
