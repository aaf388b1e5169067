"""The database layer: models, queries for one viewer, encryption, the audit log and the outbox."""
