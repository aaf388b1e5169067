"""Forms for activities' authors, and for leads who approve activities."""

from dataclasses import replace
from http import HTTPStatus

from companion.domain.refusals import Refused
from companion.services.authoring.drafts import Seen
from companion.web.page.carried_fields import Carried, Once, Revision
from companion.web.page.fields import Line, Rest, Select, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _

DIFFICULTIES = (
    ("", _("Not set")),
    ("easy", _("Easy: to begin with, or for a full week")),
    ("medium", _("Medium: it needs some thought")),
    ("hard", _("Hard: it may be upsetting. Plan time to talk about it")),
)
"""The levels of difficulty that an author can choose."""


class AtVersion(Form):
    """A form for editing the activity version on the page."""

    number = Revision()
    revision = Revision()

    @property
    def seen(self) -> Seen:
        """Return which version the author was looking at: its number and revision."""
        return Seen(self.number.data, self.revision.data)


class Place(AtVersion):
    """The form behind the buttons beside a question, such as Up, Down and Copy.

    ``to`` is the button's action, such as moving the question up.
    """

    to = Carried()


class AboutForm(AtVersion):
    """The form for an activity's title, topic, length, difficulty and introduction."""

    stale = None
    once = Once()
    title = Line(
        _("Title"), hint=_("Participants see it in their list. Keep it neutral: others may see their screen.")
    )
    topic = Select(_("Topic of the programme"))
    minutes = Line(_("Length in minutes"), inputmode="numeric")
    difficulty = Select(_("Difficulty"), options=DIFFICULTIES)
    kind = Carried()
    introduction = Text(
        _("Introduction"),
        rows=5,
        hint=_("Two to four short sentences: what this is for, and what happens to the answers."),
    )


class Acceptance(AtVersion):
    """The form for an author's reason for accepting a warning."""

    prompt = Carried()
    warning = Carried()
    reason = Line()

    def refused(self, refusal: Refused) -> HTTPStatus:
        """If the author's reason for accepting a warning isn't valid, show the error beside the warning.
        Return the HTTP status code for the response.
        """
        status = super().refused(refusal)
        own = f"reason-{self.prompt.data}-{self.warning.data}"
        self.problems = tuple(
            replace(each, field=own if each.field == "reason" else each.field) for each in self.problems
        )
        return status


class ReturnForm(AtVersion):
    """The form for a lead's remark on a returned version."""

    stale = "changed_elsewhere"
    remark = Text(
        _("What to change"),
        rows=4,
        hint=_("The author and every lead will read this."),
    )


class QuestionForm(AtVersion):
    """The form for a question."""

    stale = None
    use = Carried()
    kind = Carried()
    new_kind = Carried()
    after = Carried()
    when = Ticks()
    to = Ticks()
    otherwise = Carried()
    options_to = Ticks(name="options-to")
    reply_to_go = Ticks(name="reply-to-go")
    go_not_sure = Carried(name="go-not_sure")
    go_talk = Carried(name="go-talk")
    through = Ticks()
    then = Carried()
    next_kind = Carried()
    recall = Carried()
    for_each = Carried()
    reply_when = Ticks(name="reply-when")
    reply_recall = Ticks(name="reply-recall")
    reply_to = Ticks(name="reply-to")
    shape = Carried()
    typed = Rest()


class PreviewForm(Form):
    """The form for previewing an activity. Companion doesn't save the answers that authors type in the
    preview.
    """

    answers = Carried()
    start = Carried()
    prompt = Carried()
    way = Carried()
    change = Carried()
    typed = Rest()
