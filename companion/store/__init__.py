"""Storage: the models, the queries limited to what the viewer may see, column encryption, the audit and the
outbox.
"""
