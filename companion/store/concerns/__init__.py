"""Storage of concerns, of the rules about who must act on them, and of leads' access to records."""
