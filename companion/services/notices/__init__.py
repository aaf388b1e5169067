"""Services for email: which emails are due, who they go to, and which ones bounced."""
