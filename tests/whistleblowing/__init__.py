"""Texts that may be a whistleblowing notification, and such as only look like it; nothing had read them then."""
