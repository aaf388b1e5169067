"""The rules for enrolments, which are participants' places on the care pathway."""
