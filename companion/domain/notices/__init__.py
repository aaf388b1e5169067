"""The rules for email notices: which notices are due, and who receives them."""
