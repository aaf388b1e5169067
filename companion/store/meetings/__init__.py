"""Store and load appointments, groups and absences."""
