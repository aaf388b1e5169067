"""The routes, which pass requests to the services and turn the results into pages."""
