"""Test the pages on which administrators list, preview and edit signposts."""

import re
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.stored import stored
from tests.visitor import Page, Visitor
from tests.web.forms import Forms, filled

HELPLINE = "/admin/signpost/helpline"
DONE = ("audit_entries", "last_seen_at")


def names(page: Page) -> list[str]:
    """Return the names in the list of signposts, from top to bottom."""
    return re.findall(r'<td><a href="/admin/signpost/[^"]+">([^<]+)</a>', page.text)


def sends(browser: Visitor, page: Page, action: str, to: str = "", **typed: str) -> Page:
    """Type these values into one of the page's forms and send the form.

    ``_`` in a field's name is replaced by ``-``.
    """
    fields = filled(Forms(page).of(action), {name.replace("_", "-"): [text] for name, text in typed.items()})
    return browser._page(browser.client.post(to or action, data=fields, follow_redirects=True))


def previews(browser: Visitor, **typed: str) -> Page:
    return sends(browser, browser.get(HELPLINE), f"{HELPLINE}/preview", **typed)


def test_signposts_are_listed_in_the_help_pages_order(enter: SimpleNamespace) -> None:
    page = enter.alex.get("/admin/signposts")
    assert names(page)[:3] == [
        "Emergency services",
        "Stop It Now! Helpline",
        "Emergency services in Ireland",
    ]
    for said in ("Call 0808 1000 900", "Monday to Thursday: 9 am to 9 pm", "Tuesday 24 November 2026"):
        assert said in page
    assert "to check now" not in page and "been checked for 90 days" not in enter.alex.get("/admin/staff")


def test_signposts_not_checked_for_ninety_days_are_listed_first(
    app: Flask, cast: Cast, clock: Clock, enter: SimpleNamespace
) -> None:
    clock.forward(days=89)
    alex = Visitor(app)
    alex.sign_in(cast, cast.alex)
    sends(alex, alex.get("/admin/signposts"), f"{HELPLINE}/check")
    clock.forward(days=1)
    alex = Visitor(app)
    start = alex.sign_in(cast, cast.alex)
    assert start.path == "/admin/staff" and "9 signposts haven't been checked for 90 days" in start
    page = alex.get("/admin/signposts")
    assert "9 signposts to check now" in page and page.text.count("90 days ago") == 9
    assert names(page)[-1] == "Stop It Now! Helpline"
    page = sends(alex, page, "/admin/signpost/shout/check")
    assert "Marked as checked today." in page and "8 signposts to check now" in page
    assert "Last checked on Monday 22 February 2027" in alex.get("/help")


def test_a_signpost_is_saved_only_after_its_preview(enter: SimpleNamespace, store: Store) -> None:
    alex = enter.alex
    before = stored(store, *DONE)
    preview = previews(alex, note="You can stay without a name.")
    assert stored(store, *DONE) == before and "You can stay" not in alex.get("/help")
    for said in (
        "Not saved yet.",
        "Free. Open now, until 9 pm.",
        "You can stay without a name.",
        "I'm worried about somebody else",
    ):
        assert said in preview
    assert "Last checked" not in preview  # the label is shown only beside opening hours that are unconfirmed
    card = re.search(r'<div class="signpost".*?</div>', preview.text, re.DOTALL)
    after = sends(alex, preview, HELPLINE)
    assert after.path == "/admin/signposts" and "Signpost saved." in after
    # the help page must look like the preview
    assert card and card[0] in re.sub(r' id="entry-\d+"', "", alex.get("/help").text)
    history = alex.get("/admin/signposts/changes")
    assert "Stop It Now! Helpline: changed" in " ".join(re.sub(r"<[^>]+>", "", history.text).split())
    assert "Tuesday 24 November, 2 pm, by Alex. Version 1." in history


def test_special_characters_in_a_signposts_name_are_shown_as_typed(enter: SimpleNamespace) -> None:
    typed = "Men's line & <more>"
    preview = Forms(previews(enter.alex, name=typed))
    assert preview.of(HELPLINE)["name"] == preview.of(f"{HELPLINE}/preview")["name"] == [typed]


def test_an_invalid_opening_time_is_kept_in_its_field(enter: SimpleNamespace) -> None:
    page = previews(enter.alex, until="half past five", call_shown="0808\n1000 900")
    assert page.status == 422
    assert re.search(r'<input id="until-1" name="until" type="text" value="half past five"', page.text)
    assert re.search(r'<input id="from-1" name="from" type="time" value="09:00"', page.text)
    assert 'value="0808 1000 900"' in page.text


def test_correcting_a_signpost_on_its_preview_shows_a_new_preview(enter: SimpleNamespace) -> None:
    preview = previews(enter.alex, call_shown="0808 1000 901", call_dial="+448081000901")
    again = sends(enter.alex, preview, f"{HELPLINE}/preview", call_option="3")
    assert "Call 0808 1000 901, then choose option 3" in again
    assert "Call 0808 1000 901, then choose option 3" in (
        sends(enter.alex, again, HELPLINE) and enter.alex.get("/help")
    )


@pytest.mark.parametrize("save", ["", "/preview"])
def test_an_invalid_telephone_number_is_reported_next_to_its_field(
    enter: SimpleNamespace, store: Store, save: str
) -> None:
    form = enter.alex.get(HELPLINE)
    before = stored(store, *DONE)
    page = sends(enter.alex, form, f"{HELPLINE}/preview", HELPLINE + save, call_dial="+448081000999")
    assert page.status == 422 and stored(store, *DONE) == before
    assert "This number isn't the same as the number shown, 0808 1000 900." in page
    assert 'href="#call-dial-1"' in page.text
    assert re.search(
        r'<input id="call-dial-1"[^>]*value="\+448081000999"[^>]*aria-describedby="[^"]*call-dial-1-wrong',
        page.text,
    )


def test_the_form_for_a_new_signpost_has_an_empty_telephone_row(
    enter: SimpleNamespace,
) -> None:
    page = enter.alex.get("/admin/signposts/new")
    typed = {
        "name": "A quiet line",
        "call_shown": "0808 808 8000",
        "call_dial": "+448088088000",
        "when": "always",
        "confirmed": "yes",
        "needs": "hurt-myself",
    }
    page = sends(enter.alex, page, "/admin/signposts/new/preview", **typed)
    assert 'id="call-shown-2"' in page.text and 'id="call-shown-3"' not in page.text
    assert "A quiet line" in sends(enter.alex, page, "/admin/signposts/new")
    assert "Signpost saved." in sends(enter.alex, page, "/admin/signposts/new")  # the form is sent twice
    assert names(enter.alex.get("/admin/signposts")).count("A quiet line") == 1
    again = sends(enter.alex, page, "/admin/signposts/new/preview", note="Another one.")
    assert again.status == 422 and "There's already a signpost with this name." in again


def test_two_administrators_who_edit_a_signpost_are_shown_both_texts(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    mine = enter.alex.get(HELPLINE)
    theirs = previews(enter.alex, note="What the other one typed.")
    assert sends(enter.alex, theirs, HELPLINE).status == 200
    preview = sends(enter.alex, mine, f"{HELPLINE}/preview", note="What I typed.")
    conflict = sends(enter.alex, preview, HELPLINE)
    assert (
        conflict.status == 409 and "Somebody else changed this signpost while you were editing it" in conflict
    )
    assert "What the other one typed." in conflict and "What I typed." in conflict
    assert "What I typed." not in enter.alex.get("/help")
    preview = sends(enter.alex, conflict, f"{HELPLINE}/preview")
    assert sends(enter.alex, preview, HELPLINE).status == 200
    assert "What I typed." in enter.alex.get("/help")


def test_saving_a_signpost_that_somebody_has_removed_says_so(enter: SimpleNamespace) -> None:
    path = "/admin/signpost/samaritans"
    preview = sends(enter.alex, enter.alex.get(path), f"{path}/preview", note="What I typed.")
    assert "removed from the help page" in sends(enter.alex, enter.alex.get(path), f"{path}/removal")
    assert "Samaritans" not in names(enter.alex.get("/admin/signposts"))
    conflict = sends(enter.alex, preview, path)
    assert conflict.status == 409 and "It's no longer on the help page." in conflict
    assert "What I typed." in conflict and enter.alex.get(path).status == 404


def test_required_signposts_cannot_be_removed(enter: SimpleNamespace) -> None:
    page = enter.alex.get(HELPLINE)
    assert "You can't remove this signpost" in page and f"{HELPLINE}/removal" not in page.text
    fields = {"number": "0"}
    refused = enter.alex.post(f"{HELPLINE}/removal", fields, of=HELPLINE)
    assert refused.status == 422 and "because people need it when a child may be in danger." in refused
    other = "/admin/signpost/emergency-in-ireland"
    assert enter.alex.post(f"{other}/removal", fields, of=other).path == "/admin/signposts"
    fields = {"number": "1"}
    ireland = "/admin/signpost/helpline-from-ireland"
    refused = enter.alex.post(f"{ireland}/removal", fields, of=ireland)
    assert refused.status == 422
    assert "That would leave nobody to turn to for: I'm calling from Ireland" in refused


def test_moving_a_signpost_changes_its_position_on_the_help_page(enter: SimpleNamespace) -> None:
    before = names(enter.alex.get("/admin/signposts"))
    enter.alex.post("/admin/signpost/samaritans/place", {"to": "up"}, of="/admin/signposts")
    after = names(enter.alex.get("/admin/signposts"))
    assert before.index("Samaritans") - 1 == after.index("Samaritans")
    page = enter.alex.get("/help").text
    assert page.index("<h3>Samaritans") < page.index("<h3>NHS")


def test_text_in_a_signpost_form_is_not_lost_if_the_session_has_locked(
    app: Flask, cast: Cast, clock: Clock, enter: SimpleNamespace
) -> None:
    page = enter.alex.get(HELPLINE)
    clock.forward(minutes=31)
    locked = sends(enter.alex, page, f"{HELPLINE}/preview", note="Typed before the page was locked.")
    assert locked.path == "/sign-in"
    clock.forward(seconds=30)
    enter.alex.sign_in(cast, cast.alex)
    page = enter.alex.get(HELPLINE)
    assert "Typed before the page was locked." in page
    preview = sends(enter.alex, page, f"{HELPLINE}/preview")
    assert "Not saved yet." in preview


def test_a_script_in_a_signpost_is_shown_as_text(enter: SimpleNamespace) -> None:
    preview = previews(enter.alex, name="<script>x</script>", note='"><b onclick=x>%s {{ 7 }}')
    sends(enter.alex, preview, HELPLINE)
    for page in (
        preview,
        enter.alex.get("/help"),
        enter.alex.get("/admin/signposts"),
        enter.alex.get(HELPLINE),
    ):
        assert "<script>x" not in page.text and "<b onclick" not in page.text
    assert "<script>x</script>" in enter.alex.get("/help")
