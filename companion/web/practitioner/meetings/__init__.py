"""Practitioners' pages about appointments: booking and moving them, attendance, days away, and the calendar."""
