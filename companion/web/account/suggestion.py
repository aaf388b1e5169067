"""The passphrase that a page suggests."""

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import is_suggestion, suggested_passphrase
from companion.web.account.forms import NewPassphrase
from companion.web.page.languages import language


def suggested(form: NewPassphrase) -> str:
    """Return the passphrase that the page suggests, or an empty string if the user made up their own.

    The suggestion is a new one if the form asks for it; otherwise it is the one sent with the form.
    Suggestions are shown on the page and stored nowhere.
    """
    words = passphrase_words(language())
    if form.suggest.data:
        return suggested_passphrase(words)
    sent: str = form.passphrase.data
    return sent if is_suggestion(sent, words) else ""
