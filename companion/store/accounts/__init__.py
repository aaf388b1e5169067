"""Storage for signing in: sessions, second steps, known devices and joining codes."""
