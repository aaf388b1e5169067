"""The pages of a participant's plan."""
