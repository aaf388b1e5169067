"""Rules about enrolments, which are participants' places on the care pathway."""
