"""The routes. The routes pass requests to the services, and turn the results into pages."""
