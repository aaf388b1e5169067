"""Signposts: ways to help outside the service."""
