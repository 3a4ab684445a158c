"""Slack: in, drawn and out."""
