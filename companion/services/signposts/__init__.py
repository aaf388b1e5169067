"""Services for signposts, which are ways to get help outside the service."""
