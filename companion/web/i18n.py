"""Words and dates for pages: gettext in every template, times of London as people say them."""

import functools
import gettext
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import cast

import bleach
from babel.dates import format_date
from flask import Flask, g
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from companion.domain.london import LONDON
from companion.domain.text import without_hidden
from companion.store import programmes
from companion.web import clock, current

CATALOGUES = Path(__file__).parents[1] / "translations"
TAGS = {"p", "strong", "em", "ul", "ol", "li", "br", "h2", "h3"}
"""What authored text may hold. Of other Markdown, such as a main heading, the words alone are left."""
_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "heading", "list", "newline"]
)


def language() -> str:
    """The language of the page: the viewer's, or what the address says, or English."""
    return cast(str, g.get("language", "en"))


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [code], fallback=True)


def translate(message: str) -> str:
    """The message in the language of the page."""
    return _catalogue(language()).gettext(message)


def translate_plural(one: str, many: str, count: int) -> str:
    """The message for this number in the language of the page."""
    return _catalogue(language()).ngettext(one, many, count)


@functools.lru_cache(maxsize=2048)
def authored(text: str) -> Markup:
    """Authored Markdown as safe HTML. The one place where HTML is cleaned; it takes long, so the last are kept."""
    return Markup(bleach.clean(_markdown.render(text), tags=TAGS, attributes={}, strip=True))  # nosec B704


@functools.lru_cache(maxsize=2048)
def in_short(text: str) -> str:
    """Authored Markdown as plain words, at most about 140 characters of them."""
    words = authored(text).striptags()
    return words if len(words) <= 145 else words[:137].rsplit(" ", 1)[0] + "..."


def paragraphs(text: str) -> Markup:
    """A person's plain text with its paragraphs and line ends."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n")) for block in blocks]
    return Markup("").join(Markup('<p dir="auto">%s</p>') % line for line in lines)


def in_london(moment: datetime) -> datetime:
    """The moment on the clocks of London."""
    return moment.astimezone(LONDON)


def at_clock(moment: datetime | time) -> str:
    """``2 pm``, ``2:30 pm``, which no line breaks. A time without a day is London's already."""
    local = in_london(moment) if isinstance(moment, datetime) else moment
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}\N{NO-BREAK SPACE}{translate('pm') if local.hour >= 12 else translate('am')}"


def on_day(moment: datetime | date) -> str:
    """``Thursday 3 December``, with its year when that is not this one."""
    local = in_london(moment) if isinstance(moment, datetime) else moment
    if local.year != in_london(clock.now()).year:
        return on_whole_day(local)
    return format_date(local, "EEEE d MMMM", locale=language())


def weekday(day: date) -> str:
    """``Thursday``."""
    return format_date(day, "EEEE", locale=language())


def on_whole_day(day: date) -> str:
    """``Thursday 3 December 2026``."""
    return format_date(day, "EEEE d MMMM y", locale=language())


def in_month(day: date) -> str:
    """``December 2026``."""
    return format_date(day, "LLLL y", locale=language())


def at_moment(moment: datetime) -> str:
    """``Thursday 3 December, 2 pm``."""
    return f"{on_day(moment)}, {at_clock(moment)}"


def at_limit(moment: datetime) -> str:
    """``Thursday 3 December, 12 noon``: by when something must be done."""
    local = in_london(moment)
    if (local.hour, local.minute) == (12, 0):
        return f"{on_day(moment)}, 12\N{NO-BREAK SPACE}{translate('noon')}"
    return at_moment(moment)


def saved_at(moment: datetime) -> str:
    """``14:02`` today, with its day before."""
    local = in_london(moment)
    clock_time = f"{local:%H:%M}"
    if local.date() == in_london(clock.now()).date():
        return clock_time
    return f"{format_date(local, 'd MMMM', locale=language())}, {clock_time}"


def greeting(moment: datetime) -> str:
    """``Tuesday evening``."""
    local = in_london(moment)
    weekday = format_date(local, "EEEE", locale=language())
    if local.hour < 12:
        return translate("%(weekday)s morning") % {"weekday": weekday}
    if local.hour < 18:
        return translate("%(weekday)s afternoon") % {"weekday": weekday}
    return translate("%(weekday)s evening") % {"weekday": weekday}


def lasts(minutes: int) -> str:
    """``2 hours``, ``90 minutes``."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return translate_plural("one minute", "%(num)s minutes", minutes) % {"num": minutes}
    return translate_plural("one hour", "%(num)s hours", hours) % {"num": hours}


def days_until(moment: datetime) -> int:
    """Whole days on the calendar of London from today to the moment."""
    return (in_london(moment).date() - in_london(clock.now()).date()).days


def visible(text: object) -> str:
    """What was typed, without what cannot be shown: it is put back into its field like that.

    What a macro hands on is escaped already, and would be so twice.
    """
    return without_hidden(text.unescape() if isinstance(text, Markup) else str(text))


def in_a_line(text: object) -> str:
    """The same for a field of one line, where a browser would join the words around a line break."""
    return re.sub(r"[\r\n]+", " ", visible(text))


def shown_by(kind: str, value: object) -> str:
    """The kind of a field that shows this: one for a day or a time shows nothing else, and it stays in sight."""
    text = str(value)
    readers: dict[str, Callable[[str], date | time]] = {
        "date": date.fromisoformat,
        "time": time.fromisoformat,
    }
    try:
        read = readers[kind](text).isoformat() if text and kind in readers else text
    except ValueError:
        return "text"
    return kind if read.startswith(text) else "text"


def to_come(moment: datetime) -> bool:
    """Whether the moment is still ahead."""
    return moment > clock.now()


def site(site_id: str) -> str:
    """The name of a site of any programme. All of them are looked up once for a page."""
    if "sites" not in g:
        with current.store().reading() as tx:
            g.sites = programmes.sites(tx)
    return cast(str, g.sites.get(site_id, site_id))


def install(app: Flask) -> None:
    """Put words and dates into the templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    app.jinja_env.filters.update(
        clock=at_clock,
        day=on_day,
        whole_day=on_whole_day,
        weekday=weekday,
        month=in_month,
        moment=at_moment,
        limit=at_limit,
        saved=saved_at,
        greeting=greeting,
        authored=authored,
        in_short=in_short,
        paragraphs=paragraphs,
        days_until=days_until,
        lasts=lasts,
        site=site,
        in_a_line=in_a_line,
        shown_by=shown_by,
        to_come=to_come,
        visible=visible,
    )
