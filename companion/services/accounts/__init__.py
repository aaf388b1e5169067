"""Services for accounts: signing in, sessions, second sign-in steps and devices."""
