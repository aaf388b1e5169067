"""Writing and approving activities."""
