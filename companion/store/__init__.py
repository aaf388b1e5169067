"""The database layer: models, queries that return only what the viewer may see, column encryption, the audit
log and the email outbox.
"""
