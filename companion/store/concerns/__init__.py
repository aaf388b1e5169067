"""Store and load concerns, the rules about who must act on them, and leads' access to records."""
