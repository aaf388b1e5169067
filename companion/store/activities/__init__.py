"""Activities and their versions."""
