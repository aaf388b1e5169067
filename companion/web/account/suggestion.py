"""The passphrase that a page suggests to somebody who is choosing one."""

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import is_suggestion, suggested_passphrase
from companion.web.account.forms import NewPassphrase
from companion.web.page.languages import language


def suggested(form: NewPassphrase) -> str:
    """A new one if the form asks for it, else the one that was sent with it; empty for what its sender made up.

    It is shown on the page and kept nowhere.
    """
    words = passphrase_words(language())
    if form.suggest.data:
        return suggested_passphrase(words)
    sent: str = form.passphrase.data
    return sent if is_suggestion(sent, words) else ""
