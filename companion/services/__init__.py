"""People's acts, one module each. Each act is one transaction, committed on its last line."""
