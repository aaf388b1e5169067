"""Services for participants on the care pathway and their practitioners."""
