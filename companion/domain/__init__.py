"""Companion's rules, as plain Python that doesn't depend on Flask, the database or the clock."""
