"""Translations and dates for pages. Times are in London time, in the words that people would say."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import cast

from babel.dates import format_date
from flask import Flask, g
from markupsafe import Markup

from companion.domain.caseloads.board_query import MOST
from companion.domain.text import without_hidden
from companion.domain.time.london import LONDON
from companion.store.programme import programmes
from companion.translations import messages
from companion.web.gate import clock, current
from companion.web.page.languages import language
from companion.web.page.rendering import authored, in_short, paragraphs, said, speaking, worded


def translate(message: str) -> str:
    """Return the message in the page's language."""
    return messages(language()).gettext(message)


class Later:
    """A message that is translated when a page shows the message."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return translate(self.message)

    def __bool__(self) -> bool:
        return bool(self.message)


def translate_later(message: str) -> Later:
    """Return a message that is translated only when a page shows it."""
    return Later(message)


def translate_within(context: str, message: str) -> str:
    """Return the translation of a message that has a gettext context."""
    return messages(language()).pgettext(context, message)


def translate_plural(one: str, many: str, count: int) -> str:
    """Return the singular or plural message for a number, in the page's language."""
    return messages(language()).ngettext(one, many, count)


def in_london(moment: datetime) -> datetime:
    """Return this moment in London time."""
    return moment.astimezone(LONDON)


def at_clock(moment: datetime | time) -> str:
    """Return the time as in ``2 pm`` or ``2:30 pm``, without line breaks.

    A time without a date is a London time.
    """
    local = in_london(moment) if isinstance(moment, datetime) else moment
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    half = translate("pm") if local.hour >= 12 else translate("am")
    return f"{hour}{minutes}\N{NO-BREAK SPACE}{half}"


def on_day(moment: datetime | date) -> str:
    """Return the day as in ``Thursday 3 December``. Add the year unless the day is in the current year."""
    local = in_london(moment) if isinstance(moment, datetime) else moment
    if local.year != in_london(clock.now()).year:
        return on_whole_day(local)
    return f"{weekday(local)} {format_date(local, 'd MMMM', locale=language())}"


def weekday(day: date) -> str:
    """Return the name of the weekday as it is written within a sentence, such as ``Thursday``."""
    names = (
        translate_within("a sentence", "Monday"),
        translate_within("a sentence", "Tuesday"),
        translate_within("a sentence", "Wednesday"),
        translate_within("a sentence", "Thursday"),
        translate_within("a sentence", "Friday"),
        translate_within("a sentence", "Saturday"),
        translate_within("a sentence", "Sunday"),
    )
    return names[day.weekday()]


def on_whole_day(day: date) -> str:
    """Return the day with its year, as in ``Thursday 3 December 2026``."""
    return f"{weekday(day)} {format_date(day, 'd MMMM y', locale=language())}"


def in_month(day: date) -> str:
    """Return the month and year, as in ``December 2026``."""
    return format_date(day, "LLLL y", locale=language())


def at_moment(moment: datetime) -> str:
    """Return the day and time, as in ``Thursday 3 December, 2 pm``."""
    return f"{on_day(moment)}, {at_clock(moment)}"


def at_limit(moment: datetime) -> str:
    """Return the day and time of a deadline, as in ``Thursday 3 December, 12 noon``."""
    local = in_london(moment)
    if (local.hour, local.minute) == (12, 0):
        noon = translate("noon")
        return f"{on_day(moment)}, 12\N{NO-BREAK SPACE}{noon}"
    return at_moment(moment)


def saved_at(moment: datetime) -> str:
    """Return the time at which something was saved, as in ``14:02``. If the day isn't today, the text also
    contains the day.
    """
    local = in_london(moment)
    clock_time = f"{local:%H:%M}"
    if local.date() == in_london(clock.now()).date():
        return clock_time
    return f"{format_date(local, 'd MMMM', locale=language())}, {clock_time}"


def greeting(moment: datetime) -> str:
    """Return the weekday and the part of the day for a greeting, as in ``Tuesday evening``."""
    local = in_london(moment)
    if local.hour < 12:
        said = translate("%(weekday)s morning")
    elif local.hour < 18:
        said = translate("%(weekday)s afternoon")
    else:
        said = translate("%(weekday)s evening")
    words = said % {"weekday": weekday(local)}
    return words[0].upper() + words[1:]


def lasts(minutes: int) -> str:
    """Return a length of time, as in ``2 hours`` or ``90 minutes``."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return translate_plural("one minute", "%(num)s minutes", minutes) % {"num": minutes}
    return translate_plural("one hour", "%(num)s hours", hours) % {"num": hours}


def days_until(moment: datetime) -> int:
    """Return the number of calendar days from today to a moment, in London time."""
    return (in_london(moment).date() - in_london(clock.now()).date()).days


def yes_or_no(value: str, asked: str) -> str:
    """Return the translated word *Yes* for ``yes``, or *No* for ``no``.

    Welsh has no single word for yes or no, so the translation depends on the question.
    """
    if "ydych chi" in asked.lower():
        said = {"yes": translate_within("to: do you", "Yes"), "no": translate_within("to: do you", "No")}
    else:
        said = {"yes": translate("Yes"), "no": translate("No")}
    return said[value]


def visible(text: object) -> str:
    """Remove invisible characters from text that somebody typed.

    Values from macros are already escaped, and must not be escaped twice.
    """
    return without_hidden(text.unescape() if isinstance(text, Markup) else str(text))


def in_a_line(text: object) -> str:
    """Return a text in one line, with spaces instead of line breaks."""
    return re.sub(r"[\r\n]+", " ", visible(text))


def shown_by(kind: str, value: object) -> str:
    """Return ``kind``, or ``text`` if an HTML ``input`` element of that type can't show the value.

    Browsers leave a date or time field empty if its value isn't valid. A text field shows what was typed.
    """
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


def day_in_london(moment: datetime) -> date:
    """Return the moment's date in London."""
    return in_london(moment).date()


def this_day(further: int = 0) -> date:
    """Return today's date in London, or the date ``further`` days later."""
    return in_london(clock.now()).date() + timedelta(further)


def to_come(moment: datetime) -> bool:
    """True if the moment is in the future."""
    return moment > clock.now()


def site(site_id: str) -> str:
    """Return the name of a site. A site is a place where the programme is delivered.

    Companion reads the names of all the programme's sites once for each page.
    """
    if "sites" not in g:
        with current.store().reading() as tx:
            g.sites = programmes.sites(tx)
    return cast(str, g.sites.get(site_id, site_id))


def up_to_most(count: int) -> str:
    """Format a count of participants as text. A count above 1,000 becomes "1,000+"."""
    return f"{MOST:,}+" if count > MOST else str(count)


def install(app: Flask) -> None:
    """Make translations and dates available to templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    app.jinja_env.filters.update(
        clock=at_clock,
        day=on_day,
        london_day=day_in_london,
        whole_day=on_whole_day,
        weekday=weekday,
        month=in_month,
        moment=at_moment,
        limit=at_limit,
        saved=saved_at,
        greeting=greeting,
        authored=authored,
        worded=worded,
        said=said,
        in_short=in_short,
        paragraphs=paragraphs,
        days_until=days_until,
        lasts=lasts,
        site=site,
        in_a_line=in_a_line,
        shown_by=shown_by,
        up_to_most=up_to_most,
        to_come=to_come,
        visible=visible,
        yes_or_no=yes_or_no,
    )
    app.jinja_env.globals.update(speaking=speaking, this_day=this_day)
