"""Queries for the boards of practitioners and leads, the practitioner's queue, the brief, and lists of
participants.
"""
