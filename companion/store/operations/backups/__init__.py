"""Back up both databases to files that can be read only with a private key (docs/decisions/0028)."""


class BadBackup(Exception):
    """Raised if something can't be backed up or restored.

    The message says what is wrong and how to fix it.
    """
