"""Services for emails: who gets which email, and which emails failed."""
