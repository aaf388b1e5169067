"""Services for messages between participants and staff, and for notes."""
