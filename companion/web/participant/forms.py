"""Forms for participants."""

from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Column, Line, Rest, Several, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class Typing(Form):
    """Hidden fields of every form that saves drafts: the draft's revision, the browser tab's id, and how many
    times that tab has saved.
    """

    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()


class Answer(Typing):
    """The form in which a participant answers a prompt. The form's fields depend on the kind of prompt."""

    prompt = Carried()
    seen = Revision()
    way = Carried(default="answered")
    accept = Carried()
    day = Carried(name="noted-on")
    without = Ticks()
    out = Carried()
    short = Carried()
    numbers = Several("number-")
    typed = Rest()


class Way(Form):
    """The form for choosing the short or the whole version of a piece of work."""

    short = Carried()


class Submission(Form):
    """The form for submitting work."""

    seen = Revision()


class Entry(Typing):
    """The form for a plan item. Hidden fields contain the draft's name. If a plan item is copied from an
    answer or feedback, other hidden fields say which one.
    """

    once = Once()
    seen = Revision()
    place = Carried()
    part = Carried()
    work = Carried()
    question = Carried()
    of = Carried()
    way = Carried()
    review = Carried()
    stage = Carried()
    line = Carried()
    words = Column()
    more = Column()


class ItemTakenOut(Form):
    """The form for removing an item from the plan."""

    seen = Revision()


class ItemPutBack(Form):
    """The form for putting a removed item back into the plan."""

    then = Carried()


class ItemReviewed(Form):
    """The form for keeping or removing an item in a review of the plan."""

    seen = Revision()
    way = Carried()


class ReviewEnded(Form):
    """The form for ending a review."""

    together = Carried()
    next_review = Carried()
    other_day = Line()


class Evaluated(Typing):
    """The form for the evaluation's answers."""

    number = Revision()
    said = Several("answer-", words=True)


class EvaluationGiven(Form):
    """The form for submitting the evaluation."""

    number = Revision()
    seen = Revision()


class Download(Form):
    """The form for choosing the format of a download."""

    form = Carried()


class CorrectionRequest(Form):
    """The form for requesting a correction."""

    once = Once()
    wrong = Text(_("What's wrong?"))
    should = Text(_("What should our record say instead?"))


class Telling(Form):
    """The form for telling us something that can't wait.

    Hidden fields say which page the participant came from.
    """

    once = Once()
    words = Text(rows=6)
    place = Carried()
    work = Carried(name="from")
    change = Carried()
