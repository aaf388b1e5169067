"""Rules about set work. Practitioners set and review the work, and participants do it."""
