"""Rules about enrolments. An enrolment is a participant's place on the care pathway."""
