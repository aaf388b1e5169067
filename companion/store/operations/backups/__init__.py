"""Encrypted backups of the main database and the key store. Only a private key can open a backup
(docs/decisions/0028).
"""


class BadBackup(Exception):
    """Raised if something can't be backed up or restored.

    The exception's message says what is wrong with the backup and how to fix the problem.
    """
