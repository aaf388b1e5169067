"""Rules about notices by email: which notices are due, and who receives them."""
