"""A practitioner's pages about appointments: booking, moving, attendance, days away, the calendar."""
