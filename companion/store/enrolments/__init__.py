"""Enrolments, pathway steps and handovers."""
