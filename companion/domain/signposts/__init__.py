"""The rules for signposts to help outside the service."""
