"""Storage: models, queries limited to what the viewer may see, column encryption, audit and outbox."""
