"""Rules about accounts: signing in, sessions, second steps and devices."""
