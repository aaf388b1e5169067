"""The pages for adding and removing passkeys. Adding a passkey needs JavaScript."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import must_stay
from companion.services.accounts import passkeys
from companion.services.accounts.passkeys import Signed
from companion.store import people
from companion.store.accounts import second_factors
from companion.store.accounts.passkeys import shown
from companion.web.account.forms import NewPasskey
from companion.web.account.second_step_form import site
from companion.web.account.sign_in_methods import once_set
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _page(form: NewPasskey) -> str:
    form.begins_with(name=_("This device"))
    return render_template("account/passkey.html", form=form)


@access.roles(*EVERYBODY, fresh=True)
@takes(NewPasskey, _page)
def add(form: NewPasskey) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/new``: show the form for a new passkey, and save the
    passkey.
    """
    recovery = passkeys.add(
        current.store(), current.signed_in(), form.name.data, Signed(form.passkey.data, site()), clock.now()
    )
    return once_set(recovery, _("Passkey added."))


@access.roles(*EVERYBODY, fresh=True)
def challenge() -> ResponseReturnValue:
    """``POST /account/signing-in/passkeys/challenge``: return the options, as JSON, that the browser needs to
    create a passkey.
    """
    options = passkeys.to_add(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


@access.roles(*EVERYBODY, fresh=True)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/<passkey>/removal``: ask for confirmation, then remove
    the passkey.
    """
    if request.method == "POST":
        passkeys.remove(current.store(), current.signed_in(), passkey_id, clock.now())
        return done(_("Passkey removed."), url_for("account.factors"))
    viewer = current.viewer()
    with current.store().reading() as tx:
        account = people.account(tx, viewer.account_id)
        passkey = shown(tx, account, passkeys.his(tx, account.id, passkey_id))
        present = second_factors.factors_of(tx, account.id)
    return render_template(
        "account/removal.html",
        passkey=passkey,
        factors=present,
        must_stay=must_stay(viewer.role, present),
    )
