"""The forms for groups of participants."""

from companion.web.page.carried_fields import Carried, Once, Revision
from companion.web.page.fields import Line, Select, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _
from companion.web.practitioner.forms import Appointment

LABEL = Line(
    _("Label"),
    required=False,
    hint=_("For staff only, such as Tuesday mornings. Don't name anybody."),
)
MEMBERS = Ticks(_("Members"))


class NewGroupForm(Form):
    """The form for a new group and its members."""

    once = Once()
    label = LABEL
    programme = Select(_("Programme"))
    site = Select(_("Site"))
    members = MEMBERS


class Label(Form):
    """The form for a group's label."""

    seen = Revision()
    label = LABEL


class Joining(Form):
    """The form for adding members to a group."""

    members = MEMBERS
    confirmed = Carried()


class GroupMeeting(Appointment):
    """The form for a group meeting."""


class Cancellation(Form):
    """The form for cancelling a group meeting."""

    seen = Revision()
