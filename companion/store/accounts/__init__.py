"""The data for signing in: sessions, second sign-in steps, known devices and joining codes."""
