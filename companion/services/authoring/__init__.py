"""Services for writing and approving activities."""
