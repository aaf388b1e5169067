"""Participants' forms."""

from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Column, Line, Rest, Several, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class Typing(Form):
    """A draft's fields: the draft the page knows, and the page's own id."""

    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()


class Answer(Typing):
    """An answer, in its kind's fields."""

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
    """The short version, or all of it."""

    short = Carried()


class Submission(Form):
    """Work that was checked before it is sent."""

    seen = Revision()


class Entry(Typing):
    """An entry for the plan: where it is typed, and what it is based on."""

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
    """A plan item to take out."""

    seen = Revision()


class ItemPutBack(Form):
    """A plan item to put back."""

    then = Carried()


class ItemReviewed(Form):
    """Still true, or no longer."""

    seen = Revision()
    way = Carried()


class ReviewEnded(Form):
    """The next review's day, and whether both took part."""

    together = Carried()
    next_review = Carried()
    other_day = Line()


class Evaluated(Typing):
    """The evaluation's answers."""

    number = Revision()
    said = Several("answer-", words=True)


class EvaluationGiven(Form):
    """The evaluation after checking."""

    number = Revision()
    seen = Revision()


class Download(Form):
    """The download's format."""

    form = Carried()


class CorrectionRequest(Form):
    """A correction: the mistake in the data, and the correct version."""

    once = Once()
    wrong = Text(_("What is wrong?"))
    should = Text(_("What should it say?"))


class Telling(Form):
    """Something that can't wait, and the page it was told from."""

    once = Once()
    words = Text(rows=6)
    place = Carried()
    work = Carried(name="from")
    change = Carried()
