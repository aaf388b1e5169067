"""Routes. Each of them turns a request into one call of a service or a query, and turns the result into a
page.
"""
