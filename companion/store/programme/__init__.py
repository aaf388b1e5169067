"""Storage of programmes, and of how far each enrolment's topics have come."""
