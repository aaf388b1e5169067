"""Queries for boards, lists of participants, briefs, and the queue of tasks."""
