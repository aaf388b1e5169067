"""Rules about data protection, such as the access log, corrections, legal holds, erasure and retention."""
