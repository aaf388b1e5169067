"""The relapse-prevention plan."""
