"""Forms for signing in, joining, and changing one's own account."""

from companion.domain.refusals import Problem
from companion.web.page.carried_fields import Carried, Id, Next
from companion.web.page.fields import Choice, Code, Line, Secret, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import Later
from companion.web.page.i18n import translate_later as _


class SignIn(Form):
    """The form for signing in."""

    too_fast = Problem("slow_down")
    sign_in_name = Line(_("Sign-in name"), autocomplete="username")
    passphrase = Secret(_("Passphrase"), autocomplete="current-password")
    own_device = Ticks(
        _("Is this your own device?"),
        options=[("yes", _("This is my own device"))],
        hint=_(
            "Only tick this box if nobody else uses this device. Then you can sign in on this device even "
            "while somebody else keeps trying to guess your passphrase. A cookie will stay in this browser "
            "after you sign out."
        ),
    )
    next = Next()


class SecondStep(Form):
    """The form for the second sign-in step: a passkey or a code.

    The page says which kind of code to enter.
    """

    too_fast = Problem("slow_down", field="code")
    passkey = Carried()
    code = Code(_("Code"), autocomplete="one-time-code")
    next = Next()


class FirstCode(Form):
    """The form for a new authenticator app's first code."""

    too_fast = Problem("slow_down", field="code")
    code = Code(
        _("Code"),
        autocomplete="one-time-code",
        inputmode="numeric",
        hint=_("Enter the six-digit code from your authenticator app."),
    )
    next = Next()


class Confirm(SecondStep):
    """The form that asks for both sign-in steps."""

    too_fast = Problem("slow_down")
    passphrase = Secret(_("Passphrase"), autocomplete="current-password")


class Door(Form):
    """The form for a joining code and the word agreed in person."""

    too_fast = Problem("slow_down")
    code = Code(
        _("Joining code"),
        hint=_(
            "The joining code is twelve letters and digits long. You can type small letters, and leave out the dashes."
        ),
    )
    word = Code(_("Agreed word"))


class Acknowledgement(Form):
    """The button that says that somebody has read the confidentiality statement."""

    stale = None
    seen = Carried()


def chosen_passphrase(label: Later) -> Secret:
    """Return a field for choosing a passphrase."""
    hint = _(
        "Use 15 characters or more. Choose four or five words that nobody else would combine. Spaces are fine."
    )
    return Secret(label, autocomplete="new-password", hint=hint)


class NewPassphrase(Form):
    """The form for a new passphrase."""

    passphrase = chosen_passphrase(_("New passphrase"))
    suggest = Carried()


class Join(NewPassphrase):
    """The form for choosing a sign-in name and a passphrase when joining."""

    too_fast = Problem("slow_down", field="passphrase")
    passphrase = chosen_passphrase(_("Passphrase"))
    sign_in_name = Line(
        _("Sign-in name"),
        autocomplete="username",
        hint=_(
            "Choose a sign-in name you'll remember. You don't have to use your own name. Nobody else "
            "will see your sign-in name."
        ),
    )


class NewPasskey(Form):
    """The form for a new passkey and its name."""

    too_fast = Problem("slow_down")
    name = Line(
        _("What would you like to call this passkey?"),
        hint=_("Only you can see this name."),
    )
    passkey = Carried()


class Notices(Form):
    """The form on which people choose which emails Companion sends them."""

    mail = Choice(
        _("Would you like emails from Companion?"),
        options=[("none", _("No email")), ("email", _("Email to this address"))],
    )
    email = Line(
        _("Your email address"),
        autocomplete="email",
        inputmode="email",
        hint=_("If you choose “No email” later, we'll delete this address."),
    )
    days = Ticks(
        _("Also remind me about appointments"),
        hint=_(
            "We send reminders at 9 in the morning. A reminder looks the same as any other email from Companion."
        ),
    )
    digest = Ticks(
        _("Daily email"),
        options=[
            (
                "yes",
                _("At 7:30 each working day, tell me how much there is to read before the next working day"),
            )
        ],
        hint=_(
            "We only send the daily email if there's something for you to read. The email only says how "
            "much there is to read."
        ),
    )


class Dismissal(Form):
    """The form for hiding the notice about emails that failed. ``last`` is the id of the latest failed email
    on the page.
    """

    last = Id()


class LeaveKey(Form):
    """The form for choosing whether pressing Shift three times leaves the site."""

    shift = Carried()


class EndSessions(Form):
    """The form for signing out on all other devices, and optionally on this device."""

    this_too = Carried()


class Language(Form):
    """The form for choosing a language."""

    language = Carried()
