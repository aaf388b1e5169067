"""Services for the relapse-prevention plan."""
