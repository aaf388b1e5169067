"""Rules about safeguarding: concerns, who must act on them, and a lead's access to a participant's record."""
