"""The background loop, email and metrics."""
