"""Programmes, and each enrolment's topic plan."""
