"""Storage of appointments, groups and absences."""
