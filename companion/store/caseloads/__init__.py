"""Queries for boards, for the queue of tasks, for the brief before a session, and for lists of participants."""
