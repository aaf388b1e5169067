"""Forms for leads: rules, decisions and reasons, and the words of what every participant is asked."""

from companion.domain.enrolments.after_programme import CHOSEN
from companion.web.page.carried_fields import Carried, Once, Revision
from companion.web.page.fields import Choice, Line, Select, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _
from companion.web.practitioner.forms import Passed


class After(Form):
    """What stays open after the programme; the fields for each state are added below."""

    seen = Revision()


for state in CHOSEN:
    setattr(After, f"{state}_scope", Select(_("What is open"), name=f"{state}-scope"))
    setattr(
        After,
        f"{state}_days",
        Line(_("For how many days, then help alone"), name=f"{state}-days", inputmode="numeric"),
    )


class Caseload(Form):
    """Participants to hand over, to whom, and why."""

    stale = None
    once = Once()
    who = Ticks(_("Whom to hand over"))
    to = Select(_("To whom"))
    reason = Text(
        _("Reason"),
        hint=_(
            "One reason for all of them. The other practitioner reads it. It is part of each participant's record."
        ),
    )


class ConcernRules(Form):
    """The people told of a concern, and the time limits."""

    seen = Revision()
    lead = Select(_("Named safeguarding lead"))
    cover = Select(_("Cover"), hint=_("Is told in the lead's place on days away, and when a limit passes."))
    away_from = Line(_("First day away"), kind="date", required=False)
    away_until = Line(_("Last day away"), kind="date", required=False)
    hour = Line(
        _("Hour of the day at which limits end"),
        inputmode="numeric",
        hint=_("0 to 23, on the clocks of London. 12 is noon."),
    )
    take_days = Line(_("Working days until it must be taken"), inputmode="numeric")
    finish_days = Line(_("Working days after that until it must be passed on or closed"), inputmode="numeric")
    hours_until_all = Line(_("Hours from the cover to every lead"), inputmode="numeric")


class Taking(Form):
    """Taking a concern on."""

    stale = None


class PassingOn(Passed):
    """Passing a concern on."""

    stale = None
    once = Once()
    seen = Revision()
    passed_note = Text(_("Note"), required=False)


class Closing(Form):
    """Closing a concern."""

    stale = None
    once = Once()
    seen = Revision()
    reason = Text(_("Why it can be closed"))


class Correction(Form):
    """The answer to a correction request."""

    outcome = Choice(_("What becomes of it"))
    answer = Text(_("What you say to him"))


class Disclosure(Form):
    """Whether a participant may see a withheld entry."""

    once = Once()
    seen = Revision()
    shown = Choice(
        _("Your decision"),
        options=[
            ("yes", _("It may be shown: that it was read, by whom and when")),
            ("no", _("It stays withheld")),
        ],
    )
    reason = Text(_("Your reason"), hint=_("Leads alone read this."))


class ErasureRefusal(Form):
    """A refusal, in one of a few neutral sentences."""

    wording = Choice(
        _("What he is told"),
        hint=_(
            "These words are the same whatever the reason is, so that they tell nothing of a concern or a hold."
        ),
    )
    reason = Text(_("The reason, for the service alone"), hint=_("Leads read it here. He never does."))


class ErasureApproval(Form):
    """The reference, typed as confirmation."""

    reference = Line()


class Access(Form):
    """A request for access to a caseload."""

    once = Once()
    reference = Line(_("Reference"), hint=_("For example: K7-402"))
    purpose = Choice(_("What it is for"))
    reason = Text(
        _("Your reason"),
        hint=_("The practitioner reads this. Leave out what could identify a child, and sexual detail."),
    )
    later = Ticks(
        _("When it is told"),
        options=[("yes", _("Later. Another lead must agree first, with a reason."))],
        hint=_(
            "Without this it is told at once. Later means after 28 days, or when a lead tells it. "
            "A look for a concern about the practitioner needs no second lead."
        ),
    )


class AccessDecision(Form):
    """A second lead's reason for agreeing or not."""

    reason = Text(_("Your reason"), hint=_("The practitioner reads it once the look is told."))


class Hold(Form):
    """The reason that nothing of a participant may be erased."""

    once = Once()
    reference = Line(_("Reference"), hint=_("For example K7-402"))
    kind = Select(_("Why"))
    reason = Text(_("The reason"), hint=_("Only leads read it. It outlives an erasure."))
    review_on = Line(_("Look at it again on"), kind="date")


class Lifting(Form):
    """The reason that a hold ends."""

    stale = None
    reason = Text(_("Why it holds no more"))


class Place(Form):
    """A button beside something in a list: the list's version, and the direction."""

    seen = Revision()
    to = Carried()


class Part(Form):
    """The words of a part of the plan."""

    seen = Revision()
    title = Line(_("Title"))
    ask = Text(_("The question"), hint=_("The guide asks it in these words."))
    help = Text(_("Help below it"), required=False, hint=_("An example helps more than an explanation."))

    @property
    def typed(self) -> tuple[str, str, str]:
        """Its words."""
        return self.title.data, self.ask.data, self.help.data


class NewPart(Part):
    """A new part of the plan."""

    once = Once()
    shape = Choice(_("What one item of it is"))
    staged = Ticks()


class Question(Form):
    """The words of an evaluation question."""

    seen = Revision()
    ask = Line(
        _("The question"),
        hint=_("About the programme, never about him. It asks for no name and for nothing that happened."),
    )
    low_label = Line(_("What 1 means"))
    high_label = Line(_("What 5 means"))

    @property
    def typed(self) -> tuple[str, str, str]:
        """Its words."""
        return self.ask.data, self.low_label.data, self.high_label.data


class NewQuestion(Question):
    """A new evaluation question."""

    once = Once()
    kind = Choice(_("How it is answered"))
