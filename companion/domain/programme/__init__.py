"""Rules about the programme that is delivered, and its topics."""
