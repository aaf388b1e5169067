"""The kinds of field of declared forms. They carry what was typed; the domain's parsers judge it."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4, uuid5

import wtforms
from flask import current_app, request
from markupsafe import Markup

from companion.web.gate import current
from companion.web.page.form_fields import local_path, uuid, whole_number
from companion.web.page.i18n import Later

Choices = Iterable[tuple[object, object]]


def macro_of(name: str) -> Callable[..., Markup]:
    """A macro that shows fields."""
    return getattr(current_app.jinja_env.get_template("components/forms.html").module, name)


class Field(wtforms.Field):
    """A field with its label and its hint, shown by a macro of ``components/forms.html``."""

    macro = ""
    words = False
    """Whether it holds what somebody typed, which an error page gives back."""

    def __init__(self, label: Later | str = "", *, hint: Later | str = "", **more: Any) -> None:
        super().__init__(label, description=hint, **{"default": "", **more})  # type: ignore[arg-type]  # translated when shown
        self.form = more["_form"]

    def __call__(self, **given: Any) -> Markup:
        """Show it. A template may give what depends on the page, such as a hint."""
        usual = {"problem": self.form.problem_of(self.name), "hint": self.description, **self.attributes}
        return macro_of(self.macro)(given.pop("label", self.label.text), self.name, **(usual | given))

    @property
    def attributes(self) -> dict[str, Any]:
        """What its macro is given beside label, hint and problem."""
        return {"value": self.data}


class Line(Field):
    """One line that somebody types; a day and a time are typed too."""

    macro, words = "field", True
    data: str

    def __init__(
        self,
        label: Later | str = "",
        *,
        kind: str = "text",
        required: bool = True,
        autocomplete: str = "off",
        inputmode: str = "",
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.browser = {"type": kind, "autocomplete": autocomplete, "inputmode": inputmode}
        self.required = required

    @property
    def attributes(self) -> dict[str, Any]:
        """With what a browser should know about it."""
        return {"value": self.data, "required": self.required, **self.browser}


class Code(Line):
    """A code or an agreed word: a line that is worth nothing later, so it is neither held nor given back."""

    words = False


class Secret(Code):
    """A passphrase: never shown either."""

    @property
    def attributes(self) -> dict[str, Any]:
        """Empty, whatever was sent."""
        return super().attributes | {"value": "", "type": "password"}


class Text(Field):
    """Words of several lines."""

    macro, words = "textarea", True
    data: str

    def __init__(self, label: Later | str = "", *, required: bool = True, rows: int = 3, **more: Any) -> None:
        super().__init__(label, **more)
        self.required, self.rows = required, rows

    @property
    def attributes(self) -> dict[str, Any]:
        """With its height."""
        return {"value": self.data, "required": self.required, "rows": self.rows}


class Choice(Field):
    """One of several, as radio buttons; what depends on what is stored, the template gives as ``options``."""

    macro = "radios"
    data: Any

    def __init__(self, label: Later | str = "", *, options: Choices = (), **more: Any) -> None:
        super().__init__(label, **more)
        self.options = options

    @property
    def attributes(self) -> dict[str, Any]:
        """With the choices."""
        return {"value": self.data, "options": self.options}


class Select(Choice):
    """One of many, as a list."""

    macro = "select"


class Ticks(Choice):
    """Any number of choices."""

    macro = "ticks"
    data: list[str]

    def __init__(self, label: Later | str = "", **more: Any) -> None:
        super().__init__(label, default=list, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """A form that has come without it says that nothing is ticked."""
        self.data = list(valuelist)

    @property
    def attributes(self) -> dict[str, Any]:
        """With what is ticked."""
        return {"chosen": self.data, "options": self.options}


class Carried(Field):
    """What the page carries along, or the button that was pressed."""

    def __init__(self, **more: Any) -> None:
        super().__init__("", **more)

    def __call__(self, **given: Any) -> Markup:
        """Show it as a hidden field."""
        return macro_of("hidden")(self.name, given.get("value", self.data))


class Next(Carried):
    """The page that somebody wanted to go to, from the form or the address: a path of this site, or nothing."""

    def __init__(self, **more: Any) -> None:
        super().__init__(default=lambda: local_path(request.args.get("next", "")), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        self.data = (local_path(valuelist[0]) if valuelist else "") or self.data


class Revision(Carried):
    """A revision or a count; -1, which fits none, for anything else."""

    data: int

    def __init__(self, **more: Any) -> None:
        super().__init__(default=-1, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        self.data = whole_number(valuelist[0]) if valuelist else -1


class Mark(Carried):
    """A mark that a page carries to be known again; empty for anything else."""

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
    """What makes sending a form twice do its work once; a page that comes back carries it again."""

    def __call__(self, **given: Any) -> Markup:
        """A new one on a new page."""
        return super().__call__(value=self.data or uuid4())

    @property
    def id_of_new(self) -> UUID:
        """The id of what the form makes.

        It comes from who sends it and where to as well: what another person or page sent never collides with it.
        """
        return uuid5(current.viewer().account_id, f"{request.path} {self.data}") if self.data else uuid4()


class Several(Field):
    """Fields whose names begin alike, such as one for each answer: their texts by the rest of their names."""

    data: dict[str, str]

    def __init__(self, starts: str, *, macro: str = "", words: bool = False, **more: Any) -> None:
        super().__init__("", **more)
        self.starts, self.macro, self.words = starts, macro, words

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Gather them."""
        names = [name for name in formdata or {} if name.startswith(self.starts)]
        self.raw_data = [formdata[name] for name in names]
        self.data = {name.removeprefix(self.starts): formdata[name] for name in names}

    def one(self, rest: str, label: str, value: str, **given: Any) -> Markup:
        """Show one of them, with what is stored unless something was typed."""
        name = f"{self.starts}{rest}"
        usual = {"problem": self.form.problem_of(name), "value": self.data.get(rest, value)}
        return macro_of(self.macro)(label, name, **(usual | given))
