"""The records that data protection requires, such as the access log, legal holds and erasures."""
