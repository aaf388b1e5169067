"""A practitioner's appointments: booking, moving, attendance, days away, the calendar."""
