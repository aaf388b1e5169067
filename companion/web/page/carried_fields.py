"""Form fields whose values are set by the page or by a button, not typed by a person."""

import re
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import request
from markupsafe import Markup

from companion.web.gate import current
from companion.web.page.fields import Field, macro_of
from companion.web.page.form_fields import local_path, uuid, whole_number


class Carried(Field):
    """A form field whose value is set by the page or by a button, and not typed by a person."""

    def __init__(self, **more: Any) -> None:
        super().__init__("", **more)

    def __call__(self, **given: Any) -> Markup:
        return macro_of("hidden")(self.name, given.get("value", self.data))


class Next(Carried):
    """A hidden field that contains the path of the page to open next.

    The field's value is a path on Companion's site, or an empty string.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(default=lambda: local_path(request.args.get("next", "")), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (local_path(valuelist[0]) if valuelist else "") or self.data


class Revision(Carried):
    """A hidden field with a number: the revision of a record or draft, or how many times a page has saved a
    draft. A value that isn't a whole number becomes -1. If the form doesn't contain the field, the value is
    -1.
    """

    data: int

    def __init__(self, **more: Any) -> None:
        super().__init__(default=-1, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = whole_number(valuelist[0]) if valuelist else -1


class Mark(Carried):
    """A field that identifies one open copy of a page. Each browser tab that shows the page gets its own
    value. An invalid value becomes an empty string.
    """

    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text) else ""


class Id(Carried):
    """A hidden form field that contains an id. An invalid value becomes None."""

    data: UUID | None

    def __init__(self, **more: Any) -> None:
        super().__init__(default=None, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = uuid(valuelist[0]) if valuelist else None


class Once(Id):
    """A hidden form field that contains an id. Sending a form twice has only one effect.

    If the page is shown again with an error, the field keeps its value.
    """

    def __call__(self, **given: Any) -> Markup:
        """Render the field. If the field has no value yet, use a new random id as its value."""
        return super().__call__(value=self.data or uuid4())

    @property
    def id_of_new(self) -> UUID:
        """Return the id for the new record that this form creates.

        The new record's id is computed from the sender's account, the page's path and this hidden field. If
        this hidden field is empty, a random id is used.
        """
        return uuid5(current.viewer().account_id, f"{request.path} {self.data}") if self.data else uuid4()
