"""The form for recording what happened in a session."""

from companion.domain.caseloads.after_session import LIBRARY, NOTHING, OWN, TOPIC, NextWork, Seen, kept
from companion.domain.drafts import Draft
from companion.services.caseloads.after_session import Stored
from companion.services.caseloads.save_session import AfterForm
from companion.services.work.assign import QuickWork
from companion.web.gate import current
from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Choice, Line, Select, Several, Text
from companion.web.page.form import Form
from companion.web.page.i18n import translate
from companion.web.page.i18n import translate_later as _

WAYS = {"own": OWN, "library": LIBRARY, "nothing": NOTHING}
"""The ways to choose the next work: the practitioner's own questions, the library, or no work."""


class AfterSession(Form):
    """The form for recording a session and setting work for the next session."""

    once = Once()
    seen = Revision()
    topics_seen = Revision()
    agreed_seen = Revision()
    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()
    attendance = Choice(_("Attendance"))
    topics = Several(TOPIC, macro="radios")
    note = Text(
        _("Your note"),
        required=False,
        hint=_(
            "It can't be changed afterwards. Leave out anything that could identify a child, and sexual detail."
        ),
    )
    agreed = Text(
        _("What you agreed"),
        required=False,
        hint=_(
            "In their words too, short and plain. Leave out anything others shouldn't read on their device."
        ),
    )
    work = Choice(_("Next work"))
    library = Select(_("From the library"))
    questions = Text(
        _("Your own questions, one per line"),
        hint=_("Up to 12. Never ask for sexual detail, for images, or for anything that identifies anybody."),
    )
    why = Text(_("Why"), rows=2)
    due = Select(_("Before"))
    when = Choice()
    where = Line(_("Where?"), required=False)
    if_blocked = Line(_("What to do if something gets in the way"), required=False)

    def draft_known(self, stored: Stored, draft: Draft | None) -> Draft | None:
        """Return the stored draft. Return None if this form must not overwrite the stored draft.

        If another window has saved a draft, the page must show both drafts before this form overwrites it.
        """
        if draft and self.sent and not self.conflict and draft.typed != kept(self.lists, stored.shown):
            return None
        return draft

    def fill(self, stored: Stored, draft: Draft | None) -> None:
        """Fill in the draft's values, or else the stored values."""
        shown = dict(stored.shown) | {
            name: texts[0] for name, texts in (draft.typed if draft else {}).items()
        }
        topics = {name.removeprefix(TOPIC): text for name, text in shown.items() if name.startswith(TOPIC)}
        self.begins_with(
            topics=topics, **{name: text for name, text in shown.items() if not name.startswith(TOPIC)}
        )

    def saw_all(self, stored: Stored, draft: Draft | None) -> None:
        """Fill the form's hidden fields with the revisions of the appointment, the topics, the agreement and
        the draft.
        """
        self.saw(stored.appointment.revision)
        if self.conflict or not self.sent:
            self.topics_seen.data = stored.plan.revision
            self.agreed_seen.data = stored.agreed.revision if stored.agreed else 0
        self.draft_seen.data = draft.revision if draft else 0

    @property
    def typed(self) -> AfterForm:
        name = {"name": current.viewer().name}
        introduction = translate("%(name)s has written these questions for you.") % name
        return AfterForm(
            attendance=self.attendance.data,
            topics=self.topics.data,
            agreed=self.agreed.data,
            note=self.note.data,
            work=NextWork(
                self.work.data,
                self.library.data,
                self.questions.data,
                self.why.data,
                self.due.data,
                self.when.data,
                self.where.data,
                self.if_blocked.data,
            ),
            questions=QuickWork(
                translate("Questions from %(name)s") % name, introduction, self.questions.data
            ),
            seen=Seen(self.seen.data, self.topics_seen.data, self.agreed_seen.data),
            form=self.lists,
            draft_seen=self.draft_seen.data,
            tab=self.tab.data,
            beat=self.beat.data,
        )
