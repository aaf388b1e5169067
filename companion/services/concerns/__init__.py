"""Services for safeguarding: concerns, who must act on them, and a lead's access to a record with a reason."""
