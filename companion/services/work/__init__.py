"""Services for setting, answering and reviewing work."""
