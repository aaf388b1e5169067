"""The boards of practitioners and leads, the brief, adding participants, handing over, the pathway's steps."""
