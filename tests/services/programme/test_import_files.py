"""Test that an enrolment keeps its programme version when a newer version is imported. Test that a
programme can be replaced.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from companion.cli.demo.people import a_session
from companion.content import programme
from companion.domain.programme.programme import Contact, Length, Meeting, Programme, Site, Topic
from companion.domain.programme.topics import Placed
from companion.domain.refusals import NotAllowed, Rejected
from companion.services.caseloads.add_participant import add_participant, chosen
from companion.services.meetings.schedule import Wanted
from companion.services.programme import import_files
from companion.services.programme.topics import arrange
from companion.store.accounts.passphrases import Hasher
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.programme import programmes, topics
from tests.cast import Cast

SHORT = Programme(
    format=1,
    id="two-evenings",
    version=1,
    title="Two evenings",
    initial_meeting=Length(least=30, most=45),
    meetings=(
        Meeting(minutes=90, topics=(Topic(id="a-walk", title="A walk"), Topic(id="maps", title="Maps"))),
        Meeting(minutes=90, topics=(Topic(id="home-again", title="Home again"),)),
    ),
    sites=(Site(id="york", name="York"),),
    contact=Contact(
        name="A service", address="York", telephone="01904 000", dial="+441904000", email="a@b.example"
    ),
)
NEXT = replace(
    programme(), version=2, meetings=programme().meetings[:4], sites=(Site(id="epsom", name="Epsom East"),)
)


def adds(cast: Cast, hasher: Hasher, new: Programme) -> UUID:
    """As Priya, add a participant who follows this programme, and return the enrolment's id."""
    session = a_session(cast.now + timedelta(days=2))
    when = Wanted(session.kind, session.day, session.time, new.sites[0].id, new)
    return add_participant(cast.priya.actor, hasher, uuid4(), "Kit", "lighthouse", when).enrolment_id


def followed(cast: Cast, enrolment_id: UUID) -> Programme:
    with cast.store.reading() as tx:
        return programmes.programme_of(tx, tx.get_one(Enrolment, enrolment_id))


def test_a_new_programme_version_applies_only_to_new_enrolments(cast: Cast, hasher: Hasher) -> None:
    before = cast.sam.enrolment_id
    assert import_files.take_in(cast.store, [NEXT], cast.now) == [NEXT]
    assert followed(cast, before) == programme()
    assert followed(cast, adds(cast, hasher, NEXT)) == NEXT
    with cast.store.reading() as tx:
        assert programmes.offered(tx) == [NEXT]
        assert programmes.sites(tx) == {"epsom": "Epsom East", "bromsgrove": "Bromsgrove"}


def test_another_programme_can_be_used_without_changing_code(cast: Cast, hasher: Hasher) -> None:
    import_files.take_in(cast.store, [SHORT], cast.now)
    enrolment_id = adds(cast, hasher, SHORT)
    arrange(cast.priya.actor, enrolment_id, {"2": Placed(session="3")}, 0)
    with cast.store.reading() as tx:
        row = enrolments.enrolment(tx, cast.priya.viewer, enrolment_id)
        plan = topics.plan(tx, row)
        offered = programmes.offered(tx)
        assert programmes.sites(tx)["york"] == "York"
    assert [[each.topic.title for each in stack] for stack in plan.sessions] == [
        ["A walk"],
        ["Home again"],
        ["Maps"],
    ]
    assert [each.id for each in offered] == ["five-sessions", "two-evenings"]
    assert chosen(offered, "two-evenings") == SHORT
    for slug in ("", "none"):
        with pytest.raises(Rejected):
            chosen(offered, slug)


def test_a_programme_version_never_changes(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_files.take_in(cast.store, [SHORT, replace(NEXT, version=1)], cast.now)
    with cast.store.reading() as tx:
        # either all of these files are imported or none of them
        assert [each.id for each in programmes.offered(tx)] == ["five-sessions"]
    assert import_files.take_in(cast.store, [programme()], cast.now) == []
    assert import_files.take_in(cast.store, [replace(NEXT, version=1)], cast.now, shipped=True) == []
    import_files.take_in(cast.store, [SHORT, replace(programme(), version=2, offered=False)], cast.now)
    with cast.store.reading() as tx:
        assert programmes.offered(tx) == [SHORT]
    assert chosen([SHORT], "") == SHORT
