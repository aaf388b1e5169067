"""Relapse-prevention plans."""
