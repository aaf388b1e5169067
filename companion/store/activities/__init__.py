"""Store and load activities and their versions."""
