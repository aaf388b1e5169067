"""Rules about work that practitioners set and participants do."""
