"""The kinds of field of declared forms. They carry what was typed; the domain's parsers judge it."""

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask import current_app
from markupsafe import Markup

from companion.web.page.i18n import Later

OF_EVERY_PAGE = frozenset({"csrf_token", "page", "whose"})
"""What every form carries, whatever it is for."""
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
        self, label: Later | str = "", *, kind: str = "text", required: bool = True, **more: Any
    ) -> None:
        self.browser = {
            "type": kind,
            "autocomplete": more.pop("autocomplete", "off"),
            "inputmode": more.pop("inputmode", ""),
        }
        super().__init__(label, **more)
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


class Column(Field):
    """Any number of texts that are typed in fields of one name, such as those of a table."""

    words = True
    data: list[str]

    def __init__(self, **more: Any) -> None:
        super().__init__("", default=list, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them."""
        self.data = list(valuelist)


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


class Rest(Field):
    """What somebody types into fields that a form does not know by name, such as those of a kind of answer."""

    words = True
    data: dict[str, list[str]]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Gather what no other field takes."""
        names = [name for name in formdata or {} if not (name in OF_EVERY_PAGE or self._is_known(name))]
        self.data = {name: formdata.getlist(name) for name in names}
        self.raw_data = [text for texts in self.data.values() for text in texts]

    def _is_known(self, name: str) -> bool:
        return any(
            name.startswith(field.starts) if isinstance(field, Several) else name == field.name
            for field in self.form
        )
