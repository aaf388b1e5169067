"""The work that practitioners set for participants, with answers, submissions and feedback."""
