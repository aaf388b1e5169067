"""Rules about messages between participants and practitioners, and about practitioners' notes."""
