"""Storage: models, queries scoped to the viewer, encryption of columns, audit, outbox."""
