"""Replace the shipped confidentiality statement and retention schedule with the service's own documents."""

from datetime import datetime

from companion.content import shipped_statement
from companion.domain.accounts.statement import Statement
from companion.domain.activities.toml_guard import decoded
from companion.domain.records.policies import Policy, read
from companion.domain.refusals import NotAllowed
from companion.services.act import unattended
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.records import policies
from companion.store.records.policies import ENGLISH


def import_policy(
    store: Store, policy: Policy, data: bytes, now: datetime, *, in_place_of_draft: bool = False
) -> int | None:
    """Import a policy, which takes effect at once.

    Return the new version's number, or None if nothing has changed. Raise ``BadPolicy`` if there are errors
    in the file. Raise ``NotAllowed("version_known")`` if a new English confidentiality statement's number
    isn't higher than the previous one's. Also raise ``NotAllowed("version_known")`` if a translation into the
    same language with the same number but other text was already imported. If ``in_place_of_draft`` is True,
    the first confidentiality statement to be imported can have any number, even that of the draft that comes
    with Companion. Raise ``NotAllowed("english_first")`` for a translation without its English version.
    """
    says, file = read(policy, data), decoded(data)
    with unattended(store, now) as tx:
        language = says.language if isinstance(says, Statement) else ENGLISH
        known = policies.imported(tx, policy, language)
        if known and known.says == says:
            return None
        number = (
            _statement_number(tx, says, in_place_of_draft=in_place_of_draft)
            if isinstance(says, Statement)
            else (known.number if known else 0) + 1
        )
        row_id = policies.add(tx, policy, language, number, file)
        detail = f"{policy}:{language}:{number}"
        audit.record(tx, audit.Event.POLICY_CHANGED, subject=row_id, detail=detail)
        tx.commit()
    return number


def _statement_number(tx: Transaction, says: Statement, *, in_place_of_draft: bool) -> int:
    """Check and return the version number of the confidentiality statement that is being imported.

    Raise ``NotAllowed`` unless an English statement's number is higher than the previous statement's. With
    ``in_place_of_draft``, the first imported statement may have any number, even that of the draft that comes
    with Companion. Also raise ``NotAllowed`` for a translation that already exists or whose number differs
    from that of the latest English statement.
    """
    english = policies.imported(tx, Policy.STATEMENT)
    if says.language == ENGLISH:
        draft = 0 if in_place_of_draft else shipped_statement(ENGLISH).version
        if says.version <= (english.number if english else draft):
            raise NotAllowed("version_known")
        return says.version
    own = policies.imported(tx, Policy.STATEMENT, says.language)
    if english is None or english.number != says.version:
        raise NotAllowed("english_first")
    if own and own.number == says.version:
        raise NotAllowed("version_known")
    return says.version
