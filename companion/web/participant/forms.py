"""What a participant sends."""

from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Column, Line, Rest, Several, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class Typing(Form):
    """What is kept while it is being typed: the draft that the page knows, and which page it is."""

    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()


class Answer(Typing):
    """An answer, in the fields of its kind."""

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
    """The two-minute way, or all of it."""

    short = Carried()


class Submission(Form):
    """What was checked before it is sent."""

    seen = Revision()


class Entry(Typing):
    """What goes into the plan: where it is typed, and what it is made of."""

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
    """An item of the plan that goes."""

    seen = Revision()


class ItemPutBack(Form):
    """An item of the plan that comes back."""

    then = Carried()


class ItemReviewed(Form):
    """Still true, or no longer."""

    seen = Revision()
    way = Carried()


class ReviewEnded(Form):
    """When the plan is looked at again, and whether both looked at it."""

    together = Carried()
    next_review = Carried()
    other_day = Line()


class Evaluated(Typing):
    """What he says of the programme."""

    number = Revision()
    said = Several("answer-", words=True)


class EvaluationGiven(Form):
    """The evaluation that was checked."""

    number = Revision()
    seen = Revision()


class Download(Form):
    """In which form he takes it with him."""

    form = Carried()


class CorrectionRequest(Form):
    """What is wrong in what is held, and what it should say."""

    once = Once()
    wrong = Text(_("What is wrong?"))
    should = Text(_("What should it say?"))


class Telling(Form):
    """What cannot wait, and where he was."""

    once = Once()
    words = Text(rows=6)
    place = Carried()
    work = Carried(name="from")
    change = Carried()
