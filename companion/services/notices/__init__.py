"""Email: what is due, to whom, and what bounced."""
