"""Appointments, groups and absences."""
