"""Storage of the relapse-prevention plan."""
