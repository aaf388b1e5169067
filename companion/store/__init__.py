"""The database layer: models, queries, encryption, the audit log and the outbox. Queries return only what the
viewer may see.
"""
