"""Test with a real mail server. Emails contain no names and no links, are sent once, and are retried after
failures.
"""

import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.cli.background import mail
from companion.config import BadSetting, Settings
from companion.services.notices.schedule import send_digests
from companion.store.notices.bounces import Dismissal
from companion.store.outbox import GAPS, Outcome
from companion.store.people import Account
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.cli.posting import SENDER, Delivers, outcomes, wants_notices
from tests.fixtures import Clock
from tests.mail import Mailroom


def test_several_notices_are_sent_as_one_neutral_email(
    cast: Cast, delivers: Delivers, room: Mailroom
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    for activity in ("a-week-of-choices", "warning-signs"):
        cast.priya.sets(cast.sam, activity)
    assert (delivers(), delivers()) == (1, 0)
    (letter,) = room.letters
    assert (letter["To"], letter["Subject"]) == ("sam@post.example", "You have something new in Companion")
    assert letter["From"] == SENDER
    assert not [word for word in ("week", "warning", "Sam", "Priya", "http") if word in letter.get_payload()]
    assert outcomes(cast.store, cast.sam) == [Outcome.SENT, Outcome.SENT]


def test_nobody_gets_email_without_asking_for_it(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    cast.priya.sets(cast.sam, "warning-signs")
    assert delivers() == 0 and room.letters == []
    assert outcomes(cast.store, cast.sam) == [Outcome.NOT_WANTED]


def test_delivery_stops_after_one_email_if_the_mail_server_is_down(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    for somebody in (cast.sam, cast.owen):
        wants_notices(cast, somebody, "somebody@post.example")
        cast.priya.sets(somebody, "warning-signs")
        clock.forward(seconds=1)
    room.mood = "is closing"
    assert delivers() == 0 and sum(room.tried.values()) == 1
    room.mood = "takes"
    assert delivers() == 1


def test_the_participant_and_the_practitioner_are_told_that_an_email_could_not_be_sent(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "is busy"
    for gap in (*GAPS, timedelta()):
        assert outcomes(cast.store, cast.sam) == [None] and delivers() == 0
        clock.forward(seconds=gap.total_seconds())
    assert outcomes(cast.store, cast.sam) == [Outcome.FAILED] and room.letters == []
    words = "We couldn't deliver the notice from Tuesday 24 November."
    assert words in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert words in enter.sam.get("/account")
    assert words not in enter.priya.get(f"/participants/{cast.owen.enrolment_id}")


def test_notices_stay_in_the_outbox_if_there_is_no_mail_server(
    app: Flask, cast: Cast, settings: Settings, clock: Clock
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    with app.app_context():
        assert mail.deliver_now(cast.store, settings, clock.now) == 0
    assert outcomes(cast.store, cast.sam) == [None]


def test_email_headers_do_not_reveal_the_sending_machine(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    assert delivers() == 1
    (letter,) = room.letters
    assert (
        letter["Message-ID"].endswith("@companion.example>") and letter["Auto-Submitted"] == "auto-generated"
    )
    assert parsedate_to_datetime(letter["Date"]) == clock.now
    assert room.greeted_by == {"companion.example"} and socket.gethostname() not in letter.as_string()
    of_the_server = {"X-Peer", "X-MailFrom", "X-RcptTo"}
    assert set(letter.keys()) - of_the_server == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }


@pytest.mark.parametrize(
    ("language", "friday"),
    [("en", "One thing to read before Monday."), ("cy", "dydd Llun")],
)
def test_the_daily_email_is_neutral_and_in_the_practitioners_language(
    language: str, friday: str, cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    work_id = cast.priya.sets(cast.owen, "hopes-and-fears")
    cast.owen.finishes(work_id)
    clock.forward(days=2)  # today is Thursday, and Owen's next appointment is tomorrow or on Monday
    cast.owen.submits(work_id)
    assert delivers() == 0
    wants_notices(cast, cast.priya, "priya@post.example", digest=True)
    with by_hand(cast.store) as tx:
        tx.get_one(Account, cast.priya.viewer.account_id).language = language
        tx.commit()
    clock.forward(hours=17, minutes=30)
    assert (send_digests(cast.store, clock.now), delivers(), delivers()) == (1, 1, 0)
    (letter,) = room.letters
    body = letter.get_payload(decode=True).decode()
    assert "Companion" in letter["Subject"] and friday in body
    assert not [word for word in ("Owen", "Priya", "hopes", "http", "-") if word in body]


def test_the_daily_email_counts_sessions_without_work_and_names_nobody(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    assert cast.sam
    wants_notices(cast, cast.priya, "priya@post.example", digest=True)
    clock.forward(hours=17, minutes=30)
    assert (send_digests(cast.store, clock.now), delivers()) == (1, 1)
    body = room.letters[0].get_payload(decode=True).decode()
    assert "One of your upcoming sessions has no work set. Sign in as usual to see more." in body
    assert "to read" not in body and "Sam" not in body


@pytest.mark.parametrize(
    "sender",
    [
        "Companion",
        "",
        "Companion <notes@companion.example>\nBcc: x@y.example",
        "@companion.example",
        "notes@companion.example, others@companion.example",
        "Companion <notes@companion.example> <others@companion.example>",
        "Companion, Notes <notes@companion.example>",
        "all: notes@companion.example, others@companion.example;",
        "notes@companion.example; others@companion.example",
    ],
)
def test_the_sender_of_emails_must_be_set_to_exactly_one_address(sender: str) -> None:
    with pytest.raises(BadSetting, match="COMPANION_MAIL_FROM"):
        Settings.from_environment({"COMPANION_MODE": "test", "COMPANION_MAIL_FROM": sender})


@pytest.mark.parametrize(
    "sender",
    [
        "notes@companion.example",
        SENDER,
        '"Companion, Notes" <notes@companion.example>',
        "St. A <a@b.example>",
    ],
)
def test_an_operator_can_set_the_address_that_emails_are_sent_from(sender: str) -> None:
    assert Settings.from_environment({"COMPANION_MAIL_FROM": sender}).mail_from == sender


def test_a_delayed_email_also_covers_notices_that_arrive_during_the_delay(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "is busy"
    assert delivers() == 0
    room.mood = "takes"
    clock.forward(seconds=GAPS[0].total_seconds())
    cast.priya.sets(cast.sam, "a-week-of-choices")
    assert delivers() == 1 and outcomes(cast.store, cast.sam) == [Outcome.SENT, Outcome.SENT]


def test_an_email_failure_is_shown_until_it_is_dismissed(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    page, words = f"/participants/{cast.sam.enrolment_id}", "We couldn't deliver the notice from Tuesday"
    fails(cast, delivers, room)
    assert words in enter.priya.get(page) and words in enter.priya.get("/caseload")
    dismissal = f"{page}/undelivered/dismissal"
    last = enter.priya.get(page).field("last")
    seen = enter.priya.post(dismissal, {"last": last}, of=page)
    assert seen.path == page and words not in seen and words not in enter.priya.get("/caseload")
    # dismissing a notice hides it only from that reader, so the participant still sees it
    assert words in enter.sam.get("/account")
    clock.forward(minutes=1)
    fails(cast, delivers, room)
    assert words in enter.priya.get(page)
    # a page that was opened earlier can't dismiss a later failure
    assert words in enter.priya.post(dismissal, {"last": last}, of=page)
    room.mood = "takes"
    clock.forward(minutes=1)
    cast.priya.sets(cast.sam, "warning-signs")
    assert delivers() == 1
    for browser, path in ((enter.priya, page), (enter.priya, "/caseload"), (enter.sam, "/account")):
        assert words not in browser.get(path)


def fails(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    """Have the mail server refuse an email to Sam."""
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "knows nobody"
    assert delivers() == 0


def test_several_email_failures_on_one_day_are_shown_as_one_failure(
    cast: Cast, delivers: Delivers, room: Mailroom, enter: SimpleNamespace
) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    fails(cast, delivers, room)
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert page.text.count("We couldn't deliver") == 1


def test_nobody_can_dismiss_notices_about_other_peoples_failed_emails(
    cast: Cast, delivers: Delivers, room: Mailroom, enter: SimpleNamespace
) -> None:
    fails(cast, delivers, room)
    sams = enter.sam.get("/account").field("last")
    his, owens = (f"/participants/{each.enrolment_id}" for each in (cast.sam, cast.owen))
    assert enter.daniel.post(f"{his}/undelivered/dismissal", {"last": sams}, of="/account").status == 404
    for last in (sams, "", "x", "00000000-0000-0000-0000-000000000000"):
        enter.idris.post("/account/undelivered/dismissal", {"last": last}, of="/account")
        enter.priya.post("/account/undelivered/dismissal", {"last": last}, of="/account")
        enter.priya.post(f"{owens}/undelivered/dismissal", {"last": last}, of="/account")
    with cast.store.reading() as tx:
        assert tx.scalar(select(func.count(Dismissal.id))) == 0
    assert "We couldn't deliver" in enter.priya.get(his)


def test_a_bouncing_address_gets_no_email_until_it_is_saved_again(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    for mood in (
        "knows nobody",
        "knows nobody",
        "takes",
        "knows nobody",
        "refuses the letter",
        "knows nobody",
    ):
        room.mood = mood
        clock.forward(minutes=1)
        cast.priya.sets(cast.sam, "warning-signs")
        delivers()
    aside, page = "emails to their address came back", f"/participants/{cast.sam.enrolment_id}"
    # fewer than three emails have bounced since the server last accepted one
    assert aside not in enter.priya.get(page)
    cast.priya.sets(cast.sam, "warning-signs")
    delivers()
    clock.forward(minutes=1)
    cast.priya.sets(cast.sam, "warning-signs")
    tried = room.tried.total()
    assert delivers() == 0 and room.tried.total() == tried
    assert outcomes(cast.store, cast.sam)[-1] == Outcome.SET_ASIDE
    assert aside in enter.priya.get(page) and "address doesn't work" in enter.priya.get("/caseload")
    assert "deliver several emails to your address" in enter.sam.get("/account")
    room.mood = "takes"
    form = {"mail": "email", "email": "sam.new@post.example"}
    assert "came back" not in enter.sam.post("/account/notices", form, of="/account")
    assert aside not in enter.priya.get(page)
    clock.forward(minutes=1)
    cast.priya.sets(cast.sam, "warning-signs")
    assert delivers() == 1 and room.addressed_to[-1] == "sam.new@post.example"
