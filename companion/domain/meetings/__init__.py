"""Rules about appointments, groups and practitioners' absences."""
