"""Rules about notices by email: which are due, and to whom."""
