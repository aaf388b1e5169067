"""The rules for writing and approving activities."""
