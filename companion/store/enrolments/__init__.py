"""Storage of enrolments, their pathway steps and their handovers."""
