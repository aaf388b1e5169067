"""The types of form fields.

A field contains the text as it was typed. ``companion/domain`` checks whether the text in a field is valid.
"""

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask import current_app
from markupsafe import Markup

from companion.web.page.i18n import Later

OF_EVERY_PAGE = frozenset({"csrf_token", "page", "whose"})
"""The fields that every form has."""
Choices = Iterable[tuple[object, object]]


def macro_of(name: str) -> Callable[..., Markup]:
    """Return the template macro that renders a field."""
    return getattr(current_app.jinja_env.get_template("components/forms.html").module, name)


class Field(wtforms.Field):
    """A field with its label and hint."""

    macro = ""
    words = False
    """True if the field contains typed text. If the form can't be processed, the error page shows what the
    person typed into the field.
    """

    def __init__(self, label: Later | str = "", *, hint: Later | str = "", **more: Any) -> None:
        super().__init__(label, description=hint, **{"default": "", **more})  # type: ignore[arg-type]  # translated when shown
        self.form = more["_form"]

    def __call__(self, **given: Any) -> Markup:
        """Render the field. A template can override the field's hint and attributes."""
        usual = {"problem": self.form.problem_of(self.name), "hint": self.description, **self.attributes}
        return macro_of(self.macro)(given.pop("label", self.label.text), self.name, **(usual | given))

    @property
    def attributes(self) -> dict[str, Any]:
        """Return the macro's arguments apart from label, hint and error."""
        return {"value": self.data}


class Line(Field):
    """A field for a line of text, a day or a time."""

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
        return {"value": self.data, "required": self.required, **self.browser}


class Code(Line):
    """A field for a code or an agreed word.

    Error pages never show what somebody typed into this field. If Companion keeps a form until its owner signs
    in again, Companion doesn't keep this field.
    """

    words = False


class Secret(Code):
    """A field for a passphrase, which is never shown."""

    @property
    def attributes(self) -> dict[str, Any]:
        return super().attributes | {"value": "", "type": "password"}


class Text(Field):
    """A field for text with several lines."""

    macro, words = "textarea", True
    data: str

    def __init__(self, label: Later | str = "", *, required: bool = True, rows: int = 3, **more: Any) -> None:
        super().__init__(label, **more)
        self.required, self.rows = required, rows

    @property
    def attributes(self) -> dict[str, Any]:
        return {"value": self.data, "required": self.required, "rows": self.rows}


class Choice(Field):
    """A field for one of several choices, as radio buttons.

    The template passes ``options`` if the choices depend on stored data.
    """

    macro = "radios"
    data: Any

    def __init__(self, label: Later | str = "", *, options: Choices = (), **more: Any) -> None:
        super().__init__(label, **more)
        self.options = options

    @property
    def attributes(self) -> dict[str, Any]:
        return {"value": self.data, "options": self.options}


class Select(Choice):
    """A field for one of many choices, as a drop-down list."""

    macro = "select"


class Ticks(Choice):
    """A field for any number of choices, as tick boxes."""

    macro = "ticks"
    data: list[str]

    def __init__(self, label: Later | str = "", **more: Any) -> None:
        super().__init__(label, default=list, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the ticked choices."""
        self.data = list(valuelist)

    @property
    def attributes(self) -> dict[str, Any]:
        return {"chosen": self.data, "options": self.options}


class Column(Field):
    """The values of all fields that have the same name, such as the fields in one column of a table."""

    words = True
    data: list[str]

    def __init__(self, **more: Any) -> None:
        super().__init__("", default=list, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(valuelist)


class Several(Field):
    """Fields whose names share a prefix.

    ``data`` maps each field's name, without the shared prefix, to the text that the person typed.
    """

    data: dict[str, str]

    def __init__(self, starts: str, *, macro: str = "", words: bool = False, **more: Any) -> None:
        super().__init__("", **more)
        self.starts, self.macro, self.words = starts, macro, words

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        names = [name for name in formdata or {} if name.startswith(self.starts)]
        self.raw_data = [formdata[name] for name in names]
        self.data = {name.removeprefix(self.starts): formdata[name] for name in names}

    def one(self, rest: str, label: str, value: str, **given: Any) -> Markup:
        """Render one of the fields, with the typed text or else with the stored value."""
        name = f"{self.starts}{rest}"
        usual = {"problem": self.form.problem_of(name), "value": self.data.get(rest, value)}
        return macro_of(self.macro)(label, name, **(usual | given))


class Rest(Field):
    """The values of all fields that the form class doesn't declare, such as the fields for one kind of
    answer.
    """

    words = True
    data: dict[str, list[str]]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        names = [name for name in formdata or {} if not (name in OF_EVERY_PAGE or self._is_known(name))]
        self.data = {name: formdata.getlist(name) for name in names}
        self.raw_data = [text for texts in self.data.values() for text in texts]

    def _is_known(self, name: str) -> bool:
        return any(
            name.startswith(field.starts) if isinstance(field, Several) else name == field.name
            for field in self.form
        )
