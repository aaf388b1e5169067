"""Read a page's forms, ids and internal links, as a browser would."""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from tests.visitor import Page

Fields = dict[str, list[str]]


class Forms(HTMLParser):
    """A parser that finds a page's forms, HTML ids and links to ids."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.path = page.path
        self.forms: list[tuple[str, Fields]] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self._area = self._select = ""
        self.feed(page.text)

    def of(self, action: str) -> Fields:
        """Return the fields of the first form with this action."""
        found = next((fields for where, fields in self.forms if re.split("[?#]", where)[0] == action), None)
        assert found is not None, f"no form for {action} on {self.path}: {[where for where, _ in self.forms]}"
        return found

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name, value = has.get("name", ""), has.get("value", "")
        if "id" in has:
            self.ids.append(has["id"])
        if tag == "a" and has.get("href", "").startswith("#"):
            self.anchors.append(has["href"][1:])
        if tag == "form" and has.get("method") != "dialog":
            self.forms.append((has.get("action", self.path), {}))
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "select":
            self._select = name
            self._options: list[str] = []
        elif tag == "option":
            self._options.insert(0 if "selected" in has else len(self._options), value)
        elif tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self._add(name, value)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            texts = self.forms[-1][1][self._area]
            texts[-1] = texts[-1].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._add(self._select, self._options[0])

    def _add(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


def filled(fields: Fields, typed: Mapping[str, Sequence[str]]) -> Fields:
    """Return the form's fields after somebody has typed these values.

    If the form contains a table, the values go into the table's first rows.
    """
    after = {name: list(texts) for name, texts in fields.items()}
    for name, texts in typed.items():
        rest = after.get(name, [])[len(texts) :]
        after[name] = [*texts, *rest]
    return after
