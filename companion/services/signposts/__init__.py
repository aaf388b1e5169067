"""Services for signposts, the ways to get help outside the service."""
