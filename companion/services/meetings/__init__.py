"""Services for managing appointments, groups and absences."""
