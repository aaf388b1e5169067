"""Accounts of staff: adding, resetting, leaving."""
