"""Forms for participants."""

from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Column, Line, Rest, Several, Text, Ticks
from companion.web.page.form import Form
from companion.web.page.i18n import translate_later as _


class Typing(Form):
    """The fields that every draft form has: the revision that the page showed, a mark for the open page, and
    the number of times that the page has saved the draft.
    """

    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()


class Answer(Typing):
    """The form for an answer, with the fields of the prompt's kind."""

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
    """The form for submitting work after it has been checked."""

    seen = Revision()


class Entry(Typing):
    """The form for a plan item. The form also names its draft, and the answer or feedback that the item comes
    from.
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
    """The form for saying whether an item of the plan is still true."""

    seen = Revision()
    way = Carried()


class ReviewEnded(Form):
    """The form for ending a review, with the day of the next review, and whether both people took part."""

    together = Carried()
    next_review = Carried()
    other_day = Line()


class Evaluated(Typing):
    """The form for the evaluation's answers."""

    number = Revision()
    said = Several("answer-", words=True)


class EvaluationGiven(Form):
    """The form for submitting the evaluation after it has been checked."""

    number = Revision()
    seen = Revision()


class Download(Form):
    """The form for choosing the format of a download."""

    form = Carried()


class CorrectionRequest(Form):
    """The form for requesting a correction: what is wrong in the data, and what the data should say."""

    once = Once()
    wrong = Text(_("What's wrong?"))
    should = Text(_("What should it say?"))


class Telling(Form):
    """The form for telling us something that can't wait.

    The form also says which page the viewer came from.
    """

    once = Once()
    words = Text(rows=6)
    place = Carried()
    work = Carried(name="from")
    change = Carried()
