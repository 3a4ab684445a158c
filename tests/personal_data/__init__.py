"""Annotated texts, all persons invented, and how much of them the check before an input finds."""
