"""Rules about accounts: signing in, sessions, two-step sign-in and devices."""
