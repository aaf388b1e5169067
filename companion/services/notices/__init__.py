"""Email services: which emails are due, who gets them, and which ones bounced."""
