"""Services for signposts."""
