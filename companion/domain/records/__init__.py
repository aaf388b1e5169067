"""Rules about data protection, such as the access log, legal holds and retention."""
