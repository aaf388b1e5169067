"""Store and load programmes, and each enrolment's progress through the topics."""
