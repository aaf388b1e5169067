"""Services for staff accounts: adding staff, resetting their sign-in, and recording that they have left."""
