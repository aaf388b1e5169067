"""Queries for boards, the queue, the brief and lists of participants."""
