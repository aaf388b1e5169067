"""Storage of messages between participants and staff, of their drafts, and of notes."""
