"""The page for booking a programme's sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, render_template

from companion.domain.meetings.clashes import Caveat
from companion.domain.meetings.groups import Group
from companion.domain.programme.programme import Programme
from companion.services.meetings import series
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence
from companion.web.gate import clock, current
from companion.web.practitioner.meetings.appointment_forms import RHYTHMS, Sessions, session_lines


@dataclass(frozen=True)
class ForWhom:
    """The participant or group, the sessions to book, and the page's URLs."""

    whose: Case | Group
    programme: Programme
    site: str
    left: Sequence[tuple[int, int]]
    caveats: tuple[Caveat, ...]
    book: str
    propose: str
    back: str


def show(form: Sessions, of: ForWhom) -> str:
    """Return the page. The page first asks how often the sessions take place, and then lists the sessions."""
    g.page = of.book
    slots = form.slots.data[: len(of.left)]
    lengths = [minutes for _, minutes in of.left[: len(slots)]]
    with current.store().reading() as tx:
        found, mark = series.looked_up(
            tx,
            current.actor(),
            list(zip(slots, lengths, strict=True)),
            caveats=of.caveats if slots else (),
        )
    form.begins_with(site=of.site, rhythm=RHYTHMS[0])
    return render_template(
        "practitioner/sessions.html",
        of=of,
        group=of.whose if isinstance(of.whose, Group) else None,
        case=of.whose if isinstance(of.whose, Case) else None,
        lines=session_lines(slots, of.left, found),
        mark=mark,
        form=form,
        rhythms=RHYTHMS,
        sites=[(each.id, each.name) for each in of.programme.sites],
    )


def propose(form: Sessions, of: ForWhom) -> str:
    """Return the page with the days that Companion proposes for the sessions."""
    with current.store().reading() as tx:
        absent = absence.own_times(tx, current.viewer(), clock.now())
    form.propose(of.programme, len(of.left), absent)
    return show(form, of)
