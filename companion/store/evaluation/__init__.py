"""Evaluations and anonymous figures."""
