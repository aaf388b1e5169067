"""The rules for data protection, such as the access log, legal holds and retention."""
