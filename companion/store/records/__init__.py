"""Storage for data protection: access log, exports, corrections, legal holds, erasure and retention."""
