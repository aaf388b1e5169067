"""Safeguarding services: concerns, who must act on them, and leads' access to records."""
