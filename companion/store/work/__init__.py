"""Set work: answers, submissions and feedback."""
