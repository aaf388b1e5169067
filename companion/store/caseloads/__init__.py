"""Queries for boards, the queue of tasks, the brief before a session, and lists of participants."""
