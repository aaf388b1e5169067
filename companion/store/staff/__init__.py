"""Queries about staff accounts."""
