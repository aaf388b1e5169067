"""Functions for London time, for dates and times as typed, and for working days."""
