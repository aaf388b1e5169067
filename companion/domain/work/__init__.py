"""Rules about set work, which practitioners set and review and participants answer."""
