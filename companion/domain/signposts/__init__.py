"""Rules about signposts, which show where to get help outside the service."""
