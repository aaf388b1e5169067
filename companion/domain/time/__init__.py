"""The time of London, moments that people type, working days."""
