"""A jsonschema validator that is as strict as msgspec.

The jsonschema package is imported only when a file has errors.
"""

import functools
from collections.abc import Iterator
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, ValidationError, validators

Errors = Iterator[ValidationError]


def _any_of(validator: Any, options: list[Any], instance: Any, schema: Any) -> Errors:
    """Choose the alternative in a schema that fits the data, and validate the data against that alternative
    only.

    Report only the errors that matter: jsonschema itself would report errors for every alternative in the
    schema.
    """
    tag = schema.get("discriminator")
    if not tag:
        wanted = [each for each in options if each != {"type": "null"}]
        yield from () if instance is None else validator.descend(instance, *wanted)
        return
    name, kinds = tag["propertyName"], tag["mapping"]
    kind = instance.get(name) if isinstance(instance, dict) else None
    if isinstance(kind, str) and kind in kinds:
        yield from validator.descend(instance, {"$ref": kinds[kind]})
    else:
        tagged = {"type": "object", "required": [name], "properties": {name: {"enum": [*kinds]}}}
        yield from validator.descend(instance, tagged)


def _enum(validator: Any, values: list[Any], instance: Any, _schema: Any) -> Errors:
    """Report a wrong type as a wrong type, not as an unknown value."""
    kind = "integer" if isinstance(values[0], int) else "string"
    if not validator.is_type(instance, kind):
        yield from validator.descend(instance, {"type": kind})
    elif instance not in values:
        yield ValidationError(f"{instance} is none of {values}")


def _items(validator: Any, items: Any, instance: Any, schema: Any) -> Errors:
    """Validate a list's items unless the list is too long."""
    if isinstance(instance, list) and len(instance) <= schema.get("maxItems", len(instance)):
        for place, item in enumerate(instance):
            yield from validator.descend(item, items, path=place)


def _required(_validator: Any, names: list[str], instance: Any, _schema: Any) -> Errors:
    """Report each missing key by name."""
    if isinstance(instance, dict):
        yield from (ValidationError(name) for name in names if name not in instance)


_STRICT = validators.extend(
    Draft202012Validator,
    {"anyOf": _any_of, "enum": _enum, "items": _items, "required": _required},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int),
)
"""A validator that rejects an integer with a decimal point, as msgspec does."""


@functools.cache
def validator(model: type[msgspec.Struct]) -> Any:
    """Return a validator for the model's schema."""
    return _STRICT(msgspec.json.schema(model))
