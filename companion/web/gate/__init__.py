"""Access to pages: roles, the signed-in user, known devices, parked forms, and a request's clock and
databases.
"""
