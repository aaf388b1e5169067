"""The data for data protection, such as the access log, legal holds and erasures."""
