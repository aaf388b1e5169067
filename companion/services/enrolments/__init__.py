"""Services for enrolments."""
