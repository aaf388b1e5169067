"""A telephone number within what somebody typed, so that one press can call it."""

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

REGION = "GB"
WHOLE = 9
"""Digits, without the 0 or the country, from which on a number may be one that no list knows yet."""
LOOKED_AT = 300
"""Characters of a text in which a number is looked for: all that somebody can say of a person."""


def number_in(text: str) -> str:
    """The first telephone number in the text as it is dialled (``+448081000900``, ``116123``); empty for none.

    What begins with neither 0 nor + may be a date, and is taken only where it is known to be a number.
    """
    text = text[:LOOKED_AT]
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        number = match.number
        written = match.raw_string.lstrip("(").startswith(("0", "+"))
        if phonenumbers.is_valid_number(number) or (written and number.national_number >= 10 ** (WHOLE - 1)):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return _short(text)


def _short(text: str) -> str:
    """A short number such as 116 123, where nothing else stands in the text."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        return ""
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException:
        return ""
    return digits if phonenumbers.is_valid_short_number_for_region(number, REGION) else ""
