"""Boards of practitioners and leads, the brief, adding participants, handing over, pathway steps."""
