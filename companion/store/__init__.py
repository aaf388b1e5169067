"""The database layer: models, queries that return only what the viewer may see, encryption, the audit log and
the outbox.
"""
