"""Messages between participants and staff, and notes."""
