"""London time, typed dates and times, working days."""
