"""Accounts: signing in, sessions, second steps, devices."""
