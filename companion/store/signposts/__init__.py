"""Signposts."""
