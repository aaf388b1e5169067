"""Routes, which turn requests into calls to services, and the results into pages."""
