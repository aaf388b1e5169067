"""The records that data protection law requires, such as the access log, legal holds and erasures."""
