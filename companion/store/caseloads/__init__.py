"""Queries for boards, the queue of tasks, briefs, and lists of participants."""
