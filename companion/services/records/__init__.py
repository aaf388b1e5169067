"""Services for data protection, such as exports, corrections, legal holds and erasure."""
