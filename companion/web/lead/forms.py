"""Forms for leads."""

from companion.domain.enrolments.after_programme import CHOSEN
from companion.web.page.carried_fields import Carried, Once, Revision
from companion.web.page.fields import Choice, Line, Select, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _
from companion.web.practitioner.forms import Passed


class After(Form):
    """The form for deciding what participants can use after the programme.

    Each state on the pathway has its own fields. The loop below adds the fields for each pathway state.
    """

    seen = Revision()


for state in CHOSEN:
    setattr(After, f"{state}_scope", Select(_("Access after the programme"), name=f"{state}-scope"))
    setattr(
        After,
        f"{state}_days",
        Line(_("For how many days, before help only"), name=f"{state}-days", inputmode="numeric"),
    )


class Caseload(Form):
    """The form for handing over participants, with the new practitioner and a reason."""

    stale = None
    once = Once()
    who = Ticks(_("Participants to hand over"))
    to = Select(_("Hand over to"))
    reason = Text(
        _("Reason"),
        hint=_(
            "One reason for everyone you hand over. The other practitioner reads it. It becomes part of"
            " each participant's record."
        ),
    )


class ConcernRules(Form):
    """The form for the rules about concerns."""

    seen = Revision()
    lead = Select(_("Named safeguarding lead"))
    cover = Select(
        _("Cover"),
        hint=_("We tell this person instead of the lead on days away, and when a time limit passes."),
    )
    away_from = Line(_("First day away"), kind="date", required=False)
    away_until = Line(_("Last day away"), kind="date", required=False)
    hour = Line(
        _("Hour when time limits end"),
        inputmode="numeric",
        hint=_("0 to 23, London time. 12 is noon."),
    )
    take_days = Line(_("Working days until it must be assigned"), inputmode="numeric")
    finish_days = Line(
        _("Working days after that until it must be referred on or closed"), inputmode="numeric"
    )
    hours_until_all = Line(_("Hours after the cover until every lead is told"), inputmode="numeric")


class Taking(Form):
    """The button for taking on a concern."""

    stale = None


class PassingOn(Passed):
    """The form with which a lead refers a concern to somebody else."""

    stale = None
    once = Once()
    seen = Revision()
    passed_note = Text(_("Note"), required=False)


class Closing(Form):
    """The form for closing a concern."""

    stale = None
    once = Once()
    seen = Revision()
    reason = Text(_("Reason for closing"))


class Correction(Form):
    """The form for answering a request for a correction."""

    outcome = Choice(_("Decision"))
    answer = Text(_("Your reply to them"))


class Disclosure(Form):
    """The form for deciding whether a participant may see a withheld entry of the access log."""

    once = Once()
    seen = Revision()
    shown = Choice(
        _("Your decision"),
        options=[
            ("yes", _("Show it: that it was read, who read it and when")),
            ("no", _("Keep it withheld")),
        ],
    )
    reason = Text(_("Your reason"), hint=_("Only leads read this."))


class ErasureRefusal(Form):
    """The form for refusing an erasure. The participant will read the neutral explanation that the lead
    chooses.
    """

    wording = Choice(
        _("What they're told"),
        hint=_(
            "The words are the same whatever the reason, so they give nothing away about a concern or a"
            " legal hold."
        ),
    )
    reason = Text(
        _("Reason, for the service only"), hint=_("Leads can read it here. The participant never can.")
    )


class ErasureApproval(Form):
    """The form for approving an erasure. To confirm, the lead types the participant's reference."""

    reference = Line()


class Access(Form):
    """The form for requesting access to the record of a participant in somebody else's caseload."""

    once = Once()
    reference = Line(_("Reference"), hint=_("For example: K7-402"))
    purpose = Choice(_("Purpose"))
    reason = Text(
        _("Your reason"),
        hint=_(
            "The practitioner will read this. Leave out sexual detail and anything that could identify a "
            "child."
        ),
    )
    later = Ticks(
        _("When the practitioner is told"),
        options=[("yes", _("Later. Another lead must agree first and give a reason."))],
        hint=_(
            "If you don't tick this, the practitioner will be told at once. Later means after 28 days, "
            "or when a lead decides. Access for a concern about the practitioner doesn't need a second "
            "lead."
        ),
    )


class AccessDecision(Form):
    """The form for a second lead's decision on lead access, with a reason."""

    reason = Text(_("Your reason"), hint=_("The practitioner reads it once they're told about the access."))


class Hold(Form):
    """The form for a legal hold and its reason."""

    once = Once()
    reference = Line(_("Reference"), hint=_("For example: K7-402"))
    kind = Select(_("Why"))
    reason = Text(_("Reason"), hint=_("Only leads read this. It's kept even after an erasure."))
    review_on = Line(_("Review on"), kind="date")


class Lifting(Form):
    """The form for lifting a legal hold, with a reason."""

    stale = None
    reason = Text(_("Why it can be lifted"))


class Place(Form):
    """The form for a button beside an item in a list, such as the button for moving the item.

    ``seen`` is the version number of the list that the lead saw on the page. ``to`` is the direction in which
    the item moves.
    """

    seen = Revision()
    to = Carried()


class Part(Form):
    """The form for changing a plan part's wording."""

    seen = Revision()
    title = Line(_("Title"))
    ask = Text(_("The question"), hint=_("The guide asks this question as you type it here."))
    help = Text(_("Help text"), required=False, hint=_("An example helps more than an explanation."))

    @property
    def typed(self) -> tuple[str, str, str]:
        return self.title.data, self.ask.data, self.help.data


class NewPart(Part):
    """The form for a new part of the plan."""

    once = Once()
    shape = Choice(_("Type of item"))
    staged = Ticks()


class Question(Form):
    """The form for changing an evaluation question's wording."""

    seen = Revision()
    ask = Line(
        _("The question"),
        hint=_(
            "About the programme, never about the participant. Don't ask for names or for anything that "
            "happened."
        ),
    )
    low_label = Line(_("What 1 means"))
    high_label = Line(_("What 5 means"))

    @property
    def typed(self) -> tuple[str, str, str]:
        return self.ask.data, self.low_label.data, self.high_label.data


class NewQuestion(Question):
    """The form for a new evaluation question."""

    once = Once()
    kind = Choice(_("Type of answer"))
