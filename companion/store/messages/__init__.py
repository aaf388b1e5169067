"""Store and load messages between participants and staff, drafts of messages, and notes."""
