"""What an administrator sends about staff."""

from companion.web.page.fields import Choice, Code, Line
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class NewStaff(Form):
    """A member of staff."""

    name = Line(_("Name"), hint=_("As participants and colleagues will see it."))
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
        hint=_("Only for an administrator. For the others a lead agrees the word and hands over the slip."),
    )
