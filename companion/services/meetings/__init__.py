"""Services for appointments, groups and absences."""
