"""A participant on the care pathway, and their practitioner."""
