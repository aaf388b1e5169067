"""Services for safeguarding: concerns, and leads' access to records."""
