"""A practitioner saves a question with 4,000 options, and opens its page repeatedly.

Companion must refuse a question with far too many options. Showing an activity must not delay participants'
pages.
"""

from functools import partial

from tests.attacks.acts import ID, new_id
from tests.attacks.judging import Seen, at_once, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
OPTIONS, AT_ONCE = 4_000, 8
PATIENCE = 300


def attack(place: Place) -> Seen:
    priya, sam = place.person("Priya"), place.person("Sam")
    priya.patience = PATIENCE
    about = {
        "once": new_id(),
        "title": "A long choice",
        "minutes": "5",
        "introduction": "Please choose.",
        "topic": "",
    }
    activity = priya.post("/activities/new", about)
    page = activity.link(rf"/activities/{ID}/questions.*").partition("?")[0]
    form = priya.get(f"{page}?kind=one_choice")
    carried = {name: form.field(name) for name in ("number", "revision")}
    rows = [("options-label", "Something to choose")] * OPTIONS
    question = [*carried.items(), ("kind", "one_choice"), ("ask", "Which one?"), ("after", ""), *rows]
    with watched(sam, "/my/") as saving:
        saved = priya.post(page, question, token=form.field("csrf_token"), follow=False)
    links = priya.get(page.removesuffix("/questions")).links(rf"/activities/{ID}/questions/[a-z0-9-]+")
    opened = priya.get(links[0] if links else f"{page}?kind=one_choice")
    with watched(sam, "/my/") as opening:
        at_once([partial(priya.copy().get, opened.path) for _ in range(AT_ONCE)])
    seen = (
        f"saving {OPTIONS:,} options answered {saved.status} in {saved.seconds:.1f} s: {saving}; "
        f"its page has {len(opened.body):,} bytes and took {opened.seconds:.1f} s, {AT_ONCE} at once: {opening}"
    )
    return Seen(saving.bearable and opening.bearable and 0 < saved.status < 500, seen)
