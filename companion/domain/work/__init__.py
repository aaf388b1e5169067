"""Rules about set work. Practitioners set and review work, and participants do the work."""
