"""Services for staff accounts."""
