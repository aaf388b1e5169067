"""Queries about the accounts of staff."""
