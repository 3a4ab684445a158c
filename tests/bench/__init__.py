"""Measures how fast the bot is: what `make bench` runs."""
