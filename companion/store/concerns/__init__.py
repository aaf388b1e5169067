"""Concerns, the rules for concerns, and leads' access to records."""
