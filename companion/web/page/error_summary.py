"""The summary of what is wrong names each field, in the words that stand at it further down the page."""

import re
from html import escape, unescape

SUMMARY = re.compile(r'<div class="summary".*?</div>', re.DOTALL)
LINK = re.compile(r'(<a href="#([^"]+)">)(.*?)</a>', re.DOTALL)
BESIDE = re.compile(r'<span class="soft">.*?</span>', re.DOTALL)
"""What stands in a label beside it: that it may stay empty, how long a session takes."""
PART = re.compile(
    r"<fieldset\b|</fieldset>"
    r"|<legend\b[^>]*>(?P<legend>.*?)</legend>"
    r'|<label\b[^>]* for="(?P<of>[^"]+)"[^>]*>(?P<label>.*?)</label>'
    r"|<(?:input|select|textarea|button|details)\b(?P<control>[^>]*)>",
    re.DOTALL,
)


def _attribute(name: str, tag: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return found[1] if found else ""


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", BESIDE.sub("", html))).split())


def names_of_fields(page: str) -> dict[str, str]:
    """What each field of a page is called, by its id: the legends of its groups, and its label.

    One that has neither is called by what stands in it, such as a button, or right behind it, such as a tick.
    """
    names: dict[str, str] = {}
    groups: list[str] = []
    for part in PART.finditer(page):
        if part["of"]:
            names[part["of"]] = ", ".join(filter(None, [*groups, _words(part["label"])]))
        elif part["legend"] and groups:
            groups[-1] = _words(part["legend"])
        elif part["control"] is not None:
            label = unescape(_attribute("aria-label", part["control"]))
            if by := _attribute("aria-labelledby", part["control"]):
                found = re.search(rf' id="{re.escape(by)}"[^>]*>(.*?)</', page, re.DOTALL)
                label = _words(found[1]) if found else ""
            if not label and not any(groups):
                end = re.compile(r"</(?:label|button|summary)>").search(page, part.end())
                label = _words(page[part.end() : end.start()]) if end else ""
            names.setdefault(_attribute("id", part["control"]), ", ".join(filter(None, [*groups, label])))
        elif part[0].startswith("</"):
            groups = groups[:-1]
        else:
            groups.append("")
    return names


def naming_fields(page: str) -> str:
    """The page with the name of its field before each line of its summary; most pages have none.

    A line whose field is not on the page, since its form is gone meanwhile, leads nowhere.
    """
    page = str(page)  # as Markup it would escape what is joined to it, and it is escaped already
    summary = SUMMARY.search(page)
    if not summary:
        return page
    names = names_of_fields(page)

    def named(link: re.Match[str]) -> str:
        name = names.get(link[2], "")
        if f' id="{link[2]}"' not in page:
            return link[3]
        colon = "" if name.endswith(("?", ".", "!", ":")) else ":"
        return f"{link[1]}<b>{escape(name)}{colon}</b> {link[3]}</a>" if name else link[0]

    return page[: summary.start()] + LINK.sub(named, summary[0]) + page[summary.end() :]
