"""Set work: answers, submitted rounds and feedback."""
