"""Suggest passphrases to people who are choosing one."""

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import is_suggestion, suggested_passphrase
from companion.web.account.forms import NewPassphrase
from companion.web.page.languages import language


def suggested(form: NewPassphrase) -> str:
    """Return the suggested passphrase that the page shows, or an empty string.

    If the user has just asked for a suggestion, return a newly generated passphrase. If the user has sent a
    suggested passphrase, return the same passphrase again. Return an empty string if the user has typed their
    own passphrase, or hasn't sent any passphrase yet. Suggestions are never stored.
    """
    words = passphrase_words(language())
    if form.suggest.data:
        return suggested_passphrase(words)
    sent: str = form.passphrase.data
    return sent if is_suggestion(sent, words) else ""
