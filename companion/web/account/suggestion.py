"""The passphrase that a page suggests to somebody who is choosing one."""

from flask import request

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import is_suggestion, suggested_passphrase
from companion.web.page.languages import language


def asked_for() -> bool:
    """Whether this form asks for a suggestion, and for nothing else."""
    return "suggest" in request.form


def suggested() -> str:
    """A new one if the form asks for it, else the one that was sent with it; empty for what its sender made up.

    It is shown on the page and kept nowhere.
    """
    words = passphrase_words(language())
    if asked_for():
        return suggested_passphrase(words)
    sent = request.form.get("passphrase", "")
    return sent if is_suggestion(sent, words) else ""
