"""Practitioners' pages about appointments and absences."""
