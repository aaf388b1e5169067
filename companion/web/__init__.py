"""Routes. Each route turns a request into one call to a service or a query, and the result into a page."""
