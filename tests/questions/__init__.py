"""What people ask, and whether the bot understands it: ``make questions``. The wordings are data, one file a voice."""
