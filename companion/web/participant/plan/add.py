"""The page *Add to my plan*: a participant copies an answer or feedback into their plan, or types something
new.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Turn
from companion.domain.people import Role
from companion.domain.plan.plan import From, Source
from companion.domain.plan.plan_parts import Part
from companion.domain.plan.suggested_words import Row, rows_of_answer, rows_of_comment
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from companion.domain.work.work import Work
from companion.services.plan import items
from companion.store.work import work
from companion.web.gate import access, current
from companion.web.page import errors
from companion.web.page.form import done, takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate as _
from companion.web.participant.forms import Entry
from companion.web.participant.plan.page import Fields, his_plan, rows


@dataclass(frozen=True)
class Quoted:
    """The answer or comment that a participant is copying into their plan."""

    work: Work
    kind: From
    question: str
    turn: Turn | None
    comment: str
    author: str
    """The name of the comment's author."""

    @property
    def gone(self) -> bool:
        """True if the source has gone: the answer's question isn't asked any more, or the comment no longer
        exists.
        """
        return self.turn is None if self.kind is From.ANSWER else not self.comment

    @property
    def source(self) -> Source:
        """Return the ``Source`` object that is saved with the plan item."""
        return Source(self.kind, self.work.id, self.turn.prompt.id if self.turn else self.question)

    def rows(self, part: Part) -> list[Row]:
        """Return the rows that the form for this part of the plan starts with."""
        if self.kind is From.FEEDBACK:
            return rows_of_comment(part, self.comment)
        answered = self.turn if self.turn and self.turn.given.way == "answered" else None
        return rows_of_answer(part, answered.prompt, answered.given.value) if answered else [("", "")]


@access.roles(Role.PARTICIPANT)
@takes(Entry)
def add(form: Entry) -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/add?work=…&question=…&of=answer|feedback&part=…``: add an item to the plan."""
    quoted = _quoted(form)
    if request.method != "POST":
        return _page(form, quoted)
    source = quoted.source if quoted else None
    try:
        items.add(current.actor(), form.once.id_of_new, form.part.data, rows(form), source)
    except (Rejected, ChangedElsewhere) as refusal:
        status = form.refused(refusal)
        if form.problem_of("part"):  # the part was retired after the page was made
            return errors.page(422, problems=form.problems)
        return _page(form, quoted), status
    if quoted is None:
        return done(_("Added to your plan."), url_for("participant.plan"))
    return redirect(_back(quoted), 303)


def _back(quoted: Quoted) -> str:
    address = quoted.turn.address if quoted.turn else "whole"
    return url_for("participant.work", work_id=quoted.work.id, added=address, _anchor="added")


def _quoted(form: Entry) -> Quoted | None:
    """Return the answer or comment that the URL or the form names, or None.

    Raise ``NotFound`` for another person's work, for an unknown question, or for an invalid URL or form.
    """
    said = {name: form[name].data or request.args.get(name, "") for name in ("work", "question", "of")}
    if not said["work"]:
        return None
    work_id = uuid(said["work"])
    if work_id is None or said["of"] not in (From.ANSWER, From.FEEDBACK):
        raise NotFound
    return _find(work_id, said["question"], From(said["of"]))


def _find(work_id: UUID, question: str, kind: From) -> Quoted:
    with current.store().reading() as tx:
        piece = work.find(tx, current.viewer(), work_id)
    turns = piece.conversation.turns
    turn = next((each for each in turns if question in (each.prompt.id, each.address)), None)
    prompt_id = turn.prompt.id if turn else question
    if prompt_id and turn is None and piece.question(prompt_id) is None:
        raise NotFound
    said = [each for each in piece.submissions if each.outcome and each.comments.get(prompt_id)]
    if kind is not From.FEEDBACK or not said:
        return Quoted(piece, kind, prompt_id, turn, "", "")
    return Quoted(piece, kind, prompt_id, turn, said[-1].comments[prompt_id], said[-1].authors[prompt_id])


def _page(form: Entry, quoted: Quoted | None) -> str:
    his = his_plan()
    wanted = form.texts.get("part", request.args.get("part"))
    parts = his.plan.parts
    part = parts.part(wanted) if wanted else None
    if wanted is None and quoted:
        part = parts.likely(quoted.work.activity.id)
    if part is None or part.retired:
        part = None
    begun = quoted.rows(part) if quoted and part else [("", "")]
    return render_template(
        "participant/plan_add.html",
        plan=his.plan,
        practitioner=his.practitioner,
        quoted=quoted,
        part=part,
        fields=Fields.of(form, begun),
        once="" if form.conflict else form.once.data or "",
        problems=form.problems,
    )
