"""Back up both databases to files that only the holder of a private key can read (docs/decisions/0028)."""


class BadBackup(Exception):
    """Raised if something can't be backed up or restored.

    The message says what is wrong and how to fix it.
    """
