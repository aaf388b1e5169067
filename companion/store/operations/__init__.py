"""Open, migrate, back up and check the databases, and rotate their keys."""
