"""Account services: signing in, sessions, second sign-in steps and devices."""
