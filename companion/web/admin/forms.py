from companion.web.page.carried_fields import Carried, Revision
from companion.web.page.fields import Choice, Code, Line, Rest, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class NewStaff(Form):
    """The form for adding a staff member."""

    name = Line(_("Name"), hint=_("The name participants and colleagues will see."))
    role = Choice(
        _("Role"),
        options=[
            ("practitioner", _("Practitioner")),
            ("lead", _("Clinical and safeguarding lead")),
            ("administrator", _("Administrator")),
        ],
    )
    word = Code(
        _("Agreed word"),
        required=False,
        hint=_("For an administrator only. For other roles, a lead agrees the word and hands over the slip."),
    )


class SignpostForm(Form):
    """The form for a signpost."""

    number = Revision()
    needs = Ticks()
    call_cost = Ticks(name="call-cost")
    text_cost = Ticks(name="text-cost")
    when = Carried()
    days = Ticks()
    over = Ticks()
    nations = Ticks()
    bank_holidays = Carried(name="bank-holidays")
    confirmed = Carried()
    typed = Rest()


class SignpostPlace(Form):
    """A button that checks, moves or removes a signpost. ``to`` is the direction in which a button moves the
    signpost.
    """

    number = Revision()
    to = Carried()
