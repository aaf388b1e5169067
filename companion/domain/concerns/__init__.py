"""The rules for concerns and for leads' access to records."""
