"""Opening, migrating, backing up and checking the databases, and rotating keys."""
