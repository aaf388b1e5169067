"""Companion's rules, in plain Python without Flask, databases or clocks."""
