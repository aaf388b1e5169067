"""Rules about the programme and its topics."""
