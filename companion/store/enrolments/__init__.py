"""Store and load enrolments, their pathway steps and their handovers."""
