"""The background loop, the code that sends emails, and the metrics server."""
