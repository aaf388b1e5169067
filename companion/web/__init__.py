"""Routes: each translates a request into one call of a service or a query, and its result into a page."""
