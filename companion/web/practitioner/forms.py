"""Forms for practitioners."""

from companion.domain.work.phrases import PHRASE
from companion.store.work.feedback_rows import COMMENT
from companion.web.page.carried_fields import Carried, Id, Mark, Once, Revision
from companion.web.page.fields import Choice, Code, Line, Select, Several, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _

AGREED_WORD = Code(
    _("Agreed word"),
    hint=_(
        "A word you both agree now, in person. Nobody can get in with the slip alone. It won't be shown"
        " again."
    ),
)


class Pressed(Form):
    """A button beside a question on the shared screen."""

    submission = Id()
    prompt = Carried()
    number = Revision()
    act = Carried()


class Absence(Form):
    """The form for recording a practitioner's absence and who covers for them."""

    once = Once()
    away_from = Line(_("First day away"), kind="date")
    away_until = Line(_("Last day away"), kind="date")
    cover = Select(
        _("Who reads your messages"),
        hint=_(
            "On these days this practitioner can read and answer your participants' messages, but "
            "nothing else. Submitted work waits until you're back. If they're away too, nobody reads "
            "your messages."
        ),
    )
    confirmed = Carried()


class Agreement(Form):
    """The form for what a practitioner and a participant agreed at an appointment."""

    seen = Revision()
    agreed = Text(
        _("What you agreed, in words they'd use too"),
        rows=4,
        hint=_("Short and plain. Leave out anything others shouldn't read on their device."),
    )


class Attendance(Form):
    """The form for recording attendance at an appointment."""

    seen = Revision()
    attendance = Choice()
    words = Text(
        _("Anything to add?"),
        required=False,
        hint=_(
            "For colleagues who work with them, not for the participant. Leave out anything that could "
            "identify a child, and any detail of an offence."
        ),
    )
    confirmed = Carried()


class Handover(Form):
    """The form for a handover."""

    once = Once()
    to = Select(_("Hand over to"))
    reason = Text(
        _("Reason"),
        hint=_(
            "The other practitioner reads it. The participant doesn't see it here, but it's part of "
            "their record and they may ask for it."
        ),
    )


class NewSlip(Form):
    """The form for a new joining slip."""

    word = AGREED_WORD


class Reset(Form):
    """The form for resetting a participant's or staff member's sign-in details."""

    lost = Choice(
        _("What have they lost?"),
        options=[
            ("passphrase", _("The passphrase. The second step stays and is still needed to sign in.")),
            ("second_step", _("The second step. The passphrase stays and is needed to use the slip.")),
            (
                "both",
                _(
                    "Both. Anyone with the slip and the word can get in, so be sure who you're giving "
                    "them to."
                ),
            ),
        ],
    )
    word = AGREED_WORD


class Appointment(Form):
    """The form for a new appointment."""

    once = Once()
    kind = Select(_("Kind"))
    length = Line(_("Minutes"), required=False, inputmode="numeric")
    day = Line(_("Day"), kind="date")
    time = Line(_("Time"), kind="time")
    site = Select(_("Site"))
    confirmed = Carried()


class NewParticipant(Appointment):
    """The form for a new participant, with the next appointment if already booked."""

    name = Line(_("The name to call them by"), hint=_("Use whatever they prefer. A first name is enough."))
    word = AGREED_WORD
    programme = Select(
        _("Programme"), hint=_("They stay on this version, even if the programme changes later.")
    )


class Find(Form):
    """The form for finding a participant in the caseload by name or reference."""

    find = Line(_("Find a name or a reference"), required=False)


class Dismissal(Form):
    """The form for hiding the notice about emails that failed. ``last`` is the id of the latest failed email
    on the page.
    """

    last = Id()


class Note(Form):
    """The form for a note about a participant."""

    once = Once()
    words = Text(
        _("Add a note"),
        rows=6,
        hint=_(
            "Notes can't be changed or removed later: add another one instead. Leave out sexual detail "
            "and anything that could identify a child."
        ),
    )


class Paper(Form):
    """The form for work that was done on paper."""

    once = Once()
    day = Line(_("Date it was submitted"), kind="date")
    kept = Text(_("What you want to keep from it"), rows=6, required=False)


class PaperTakenBack(Form):
    """The form for undoing a record that work was done on paper."""

    record = Id()


class Step(Form):
    """The form for a step on the pathway. ``seen`` is the enrolment's state when the practitioner opened the
    page.
    """

    stale = None
    once = Once()
    seen = Carried()
    to = Choice(_("New status"))
    day = Line(
        _("Date it happened"),
        kind="date",
        hint=_("Undoing a mistake is always dated today."),
    )
    reason = Text(
        _("Reason"),
        required=False,
        hint=_(
            "Needed for: not now, not suitable, ended early, closed, and for undoing a change. Anyone "
            "who works with them later can read it too. It's part of their record and they may ask for "
            "it."
        ),
    )
    confirmed = Ticks()


class SettingCard(Form):
    """The form in which a practitioner says why they set the work, how long it takes and when it is due."""

    once = Once()
    why = Text(_("Why"), hint=_("They read this first. A reason that matters to them helps most."))
    minutes = Line(_("Length in minutes"), inputmode="numeric")
    due = Select(_("Before"))


class CardChange(SettingCard):
    """The form in which a practitioner changes why they set the work, how long it takes or when it is due."""

    seen = Revision()


class Withdrawal(Form):
    """The form for withdrawing work."""

    words = Text(
        _("Your reason for withdrawing it"),
        hint=_(
            "They'll see this on their start page. Leave out anything others shouldn't read on their device."
        ),
    )


class Replacement(Form):
    """The form for switching set work to another version of its activity."""

    version = Id()


class Questions(SettingCard):
    """The form for setting the practitioner's own questions as work."""

    questions = Text(
        _("Questions, one per line"),
        rows=5,
        hint=_(
            "Up to 12. They answer each in their own words, or say they'd rather talk about it. Never "
            "ask for sexual detail, for images, or for anything that identifies anybody."
        ),
    )
    title = Line(_("Title"))


class Copy(Form):
    """The form for copying an activity, to adapt the copy for a single participant."""

    once = Once()


class Passed(Form):
    """The form for recording a concern's referral."""

    passed_to = Line(
        _("Referred to"),
        hint=_("For example: Surrey children's services, duty team"),
    )
    passed_day = Line(_("Date"), kind="date")
    passed_time = Line(_("Time"), kind="time")


class Concern(Passed):
    """The form for a concern and its source."""

    once = Once()
    submission = Carried()
    from_message = Carried()
    from_note = Carried()
    question = Carried()
    words = Text(
        _("What was seen or heard"),
        rows=5,
        hint=_("In their own words, if you can. Leave out sexual detail and descriptions of images."),
    )
    fact = Text(_("What you know to be fact"), required=False)
    thought = Text(_("What you think, or are worried about"), required=False)
    protect = Text(
        _("Who must be protected"),
        required=False,
        rows=2,
        hint=_("You can name them here, even if it's a child."),
    )
    measures = Text(_("What has been done so far"), required=False, rows=2)


class ConcernNote(Form):
    """The form for a note on a concern."""

    once = Once()
    note = Text(_("Add a note"), hint=_("Notes can't be changed or removed later."))


class PlanReview(Form):
    """The form for recording a review of the plan in a meeting."""

    stale = "plan_newer"
    seen = Revision()
    next_review = Line(_("Date of the next review"), kind="date")


class Suggestion(Form):
    """The form for suggesting an item for the plan."""

    once = Once()
    part = Select(_("Part of the plan"))
    words = Text(
        _("Your suggestion"),
        hint=_(
            "One thing, short enough to read in a bad moment. Leave out anything that identifies a child."
        ),
    )
    more = Text(_("What to do then, or how to reach them"), rows=2, required=False)
    stage = Choice(_("Stage"))


class Comments(Form):
    """The form for feedback: comments on answers, and reasons for asking for changes."""

    seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()
    comments = Several(COMMENT, macro="textarea", words=True)
    phrases = Several(f"{PHRASE}-", macro="select")
    into = Carried()
    """The id of a prompt, or an empty string for the comment on all the answers. If the practitioner inserts
    a phrase, Companion adds the phrase to this comment.
    """
    words = Text(_("Your reasons"))


class Phrase(Form):
    """The form for saving a phrase."""

    once = Once()
    phrase = Text(
        _("New phrase"),
        hint=_(
            "Something you often write, not about anyone in particular. You can change it each time you use it."
        ),
    )


class Keys(Form):
    """The form for switching keyboard shortcuts on or off."""

    keys = Carried()


class Topics(Form):
    """The form for planning topics. For each topic, the form has fields for the topic's progress, session and
    position in the list.
    """

    seen = Revision()
    marks = Several("mark-", macro="radios")
    sessions = Several("session-", macro="select")
    places = Several("place-", macro="select")
