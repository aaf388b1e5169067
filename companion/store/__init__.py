"""What is kept: models, queries scoped to the viewer, encryption of columns, audit, outbox."""
