"""Access: roles, the signed-in user, known devices, parked forms, the clock and store of a request."""
