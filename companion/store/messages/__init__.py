"""Messages, drafts of messages, and notes."""
