"""Queries for practitioners' and leads' boards, the queue, the brief, and lists of participants."""
