"""Rules about the relapse-prevention plan that each participant writes."""
