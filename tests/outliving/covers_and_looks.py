"""Give leads access to records, publish calendars and arrange cover for absences. List the actions that must
end a lead's access, a calendar feed or a colleague's cover.
"""

from datetime import timedelta

from companion.domain.concerns.lead_access import OPEN_FOR, UNTOLD_FOR
from companion.domain.people import Role
from companion.services.act import Actor
from companion.services.concerns import lead_access, lead_reads, report
from companion.services.meetings import absence, calendars
from companion.store.concerns import concern_rules
from companion.store.concerns.lead_access import LeadAccessRow, look
from tests.outliving.world import Begun, World, refused
from tests.people import Staff
from tests.slips import PASSPHRASE

CONCERN_CLOSED = "closing the last open concern"


def calendar_address(w: World) -> Begun:
    cast, whose = w.cast, w.cast.priya.viewer
    token = calendars.new_address(Actor(cast.store, whose, cast.now))
    return Begun(
        lambda: not refused(lambda: calendars.at_address(cast.store, token, "", cast.now)),
        {
            "a newer one": lambda: calendars.new_address(Actor(cast.store, whose, cast.now)),
            "its owner ending it": lambda: calendars.end_address(Actor(cast.store, whose, cast.now)),
            "its owner's reset": w.chooses_anew(cast.priya),
            "its owner leaving": w.leaves(cast.priya),
        },
    )


def appointments_in_a_calendar(w: World) -> Begun:
    cast = w.cast
    sams = cast.sam.enrolment_id
    token = calendars.new_address(cast.priya.actor)

    def works() -> bool:
        return bool(calendars.at_address(cast.store, token, "", cast.now))

    assert sams
    return Begun(
        works,
        {
            "handing over": lambda: cast.priya.hands_over(cast.sam, cast.daniel),
            "erasure": w.erases(cast.sam),
        },
    )


def cover_of_messages(w: World) -> Begun:
    cast = w.cast
    cast.sam.writes("Hello")
    today = cast.now.date()
    away = cast.priya.is_away(today, today + timedelta(days=3), cast.daniel)
    return Begun(
        lambda: not refused(lambda: cast.daniel.reads_messages_of(cast.sam)),
        {
            "the end of the absence": w.waits(timedelta(days=4)),
            "cancelling the absence": lambda: absence.take_back(cast.priya.actor, away),
            "the covering practitioner leaving": w.leaves(cast.daniel),
            "the covering practitioner's own absence": lambda: cast.daniel.is_away(today, today),
            "handing over": lambda: cast.priya.hands_over(cast.sam, third(w)),
            "erasure": w.erases(cast.sam),
        },
    )


def third(w: World) -> Staff:
    """Return a third practitioner, in addition to Priya and Daniel."""
    return w.cast._staff(Role.PRACTITIONER, "Robin", PASSPHRASE)


def cover_of_concerns(w: World) -> Begun:
    cast, today = w.cast, w.cast.now.date()
    margaret, ruth = cast.margaret.viewer.account_id, cast.ruth.viewer.account_id
    until = today + timedelta(days=3)
    form = {"lead": str(margaret), "cover": str(ruth), "away_from": f"{today}", "away_until": f"{until}"}
    limits = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}
    report.set_rules(cast.margaret.actor, form | limits, 0)

    def works() -> bool:
        with cast.store.reading() as tx:
            leads = concern_rules.lead_ids(tx)
            return concern_rules.rules(tx).watch(leads, cast.now).first == (ruth,)

    return Begun(
        works,
        {
            "the end of the absence": w.waits(timedelta(days=4)),
            "the covering practitioner leaving": w.leaves(cast.ruth),
        },
    )


def open_look(w: World) -> Begun:
    cast = w.cast
    look_id = cast.margaret.looks_at(cast.sam)
    lead = cast.margaret.viewer
    return Begun(
        lambda: not refused(lambda: lead_reads.read_plan(Actor(cast.store, lead, cast.now), look_id)),
        {
            "half an hour": w.waits(OPEN_FOR),
            "its owner leaving": w.leaves(cast.margaret),
            "erasure": w.erases(cast.sam),
        },
    )


def look_for_a_concern(w: World) -> Begun:
    cast = w.cast
    concern = cast.priya.raises(cast.sam, "He sounded low.")
    look_id = cast.margaret.looks_at(cast.sam, "concern")
    lead = cast.margaret.viewer
    return Begun(
        lambda: not refused(lambda: lead_reads.read_plan(Actor(cast.store, lead, cast.now), look_id)),
        {CONCERN_CLOSED: lambda: cast.margaret.closes(concern, "He is safe.")},
    )


def untold_look(w: World) -> Begun:
    cast = w.cast
    concern = cast.priya.raises(cast.sam, "He sounded low.")
    look_id = cast.margaret.looks_at(cast.sam, "concern", later=True)
    lead_access.agree(cast.ruth.actor, look_id, "It could warn somebody.")
    lead_access.begin(cast.margaret.actor, look_id)

    def works() -> bool:
        with cast.store.reading() as tx:
            return not look(tx.get_one(LeadAccessRow, look_id)).is_told(cast.now)

    return Begun(
        works,
        {
            "28 days": w.waits(UNTOLD_FOR),
            "telling the practitioner": lambda: lead_access.tell(cast.ruth.actor, look_id),
            CONCERN_CLOSED: lambda: cast.margaret.closes(concern, "He is safe."),
        },
    )
