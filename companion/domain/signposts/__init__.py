"""Rules about signposts. A signpost shows a way to get help outside the service."""
