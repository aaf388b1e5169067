"""Encrypted backups of the main database and the key store, which only a private key can open
(docs/decisions/0028).
"""


class BadBackup(Exception):
    """Raised if something can't be backed up or restored.

    The exception's message says what is wrong and how to fix it.
    """
