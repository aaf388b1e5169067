"""The background loop, with the email and the metrics that it sends and serves."""
