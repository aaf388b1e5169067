"""Services for the programme as it is delivered, and its topics."""
