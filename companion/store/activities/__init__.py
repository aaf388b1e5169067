"""Storage of activities and their versions."""
