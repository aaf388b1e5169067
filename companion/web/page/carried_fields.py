"""Form fields that nobody types: carried by the page, or set by a button."""

import re
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import request
from markupsafe import Markup

from companion.web.gate import current
from companion.web.page.fields import Field, macro_of
from companion.web.page.form_fields import local_path, uuid, whole_number


class Carried(Field):
    """A value that the page carries, or that a button sets."""

    def __init__(self, **more: Any) -> None:
        super().__init__("", **more)

    def __call__(self, **given: Any) -> Markup:
        """Render it as a hidden field."""
        return macro_of("hidden")(self.name, given.get("value", self.data))


class Next(Carried):
    """The page that somebody wanted, from the form or the URL: a path on this site, or nothing."""

    def __init__(self, **more: Any) -> None:
        super().__init__(default=lambda: local_path(request.args.get("next", "")), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        self.data = (local_path(valuelist[0]) if valuelist else "") or self.data


class Revision(Carried):
    """A revision or a count; -1, which matches none, for anything else."""

    data: int

    def __init__(self, **more: Any) -> None:
        super().__init__(default=-1, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        self.data = whole_number(valuelist[0]) if valuelist else -1


class Mark(Carried):
    """A mark carried by a page to recognise it; empty for anything else."""

    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        text = valuelist[0] if valuelist else ""
        self.data = text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text) else ""


class Id(Carried):
    """An id; None for anything else."""

    data: UUID | None

    def __init__(self, **more: Any) -> None:
        super().__init__(default=None, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        self.data = uuid(valuelist[0]) if valuelist else None


class Once(Id):
    """Makes sending a form twice act only once; a page that is shown again carries the same value."""

    def __call__(self, **given: Any) -> Markup:
        """Render a new one on a new page."""
        return super().__call__(value=self.data or uuid4())

    @property
    def id_of_new(self) -> UUID:
        """The id of whatever the form creates.

        It also depends on the sender and the page, so that it never collides with anybody else's.
        """
        return uuid5(current.viewer().account_id, f"{request.path} {self.data}") if self.data else uuid4()
