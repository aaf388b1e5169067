"""Services for staff accounts: adding, resetting and leaving."""
