"""Set work: assigned, answered, reviewed."""
