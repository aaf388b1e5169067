"""Suggest passphrases to people who are choosing one."""

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import is_suggestion, suggested_passphrase
from companion.web.account.forms import NewPassphrase
from companion.web.page.languages import language


def suggested(form: NewPassphrase) -> str:
    """Return the page's suggested passphrase. Return an empty string if the user has replaced the suggested
    passphrase with another.

    If the user has asked for a new suggestion, return a newly generated passphrase. Suggestions are never
    stored.
    """
    words = passphrase_words(language())
    if form.suggest.data:
        return suggested_passphrase(words)
    sent: str = form.passphrase.data
    return sent if is_suggestion(sent, words) else ""
