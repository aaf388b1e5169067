"""Services for writing activities and approving them."""
