"""Find a phone number in free text, so that one press can call it."""

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

REGION = "GB"
WHOLE = 9
"""Digits, not counting a leading 0 or country code, from which a number may be valid though no list knows it."""
LOOKED_AT = 300
"""Most characters searched: everything that can be said of a person."""


def number_in(text: str) -> str:
    """Return the first phone number in the text as dialled (``+448081000900``, ``116123``), or an empty text.

    Digits that begin with neither 0 nor + may be a date, so they count only if they are a known number.
    """
    text = text[:LOOKED_AT]
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        number = match.number
        written = match.raw_string.lstrip("(").startswith(("0", "+"))
        if phonenumbers.is_valid_number(number) or (written and number.national_number >= 10 ** (WHOLE - 1)):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return _short(text)


def _short(text: str) -> str:
    """Return a short number such as 116 123, if the text is nothing else."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        return ""
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException:
        return ""
    return digits if phonenumbers.is_valid_short_number_for_region(number, REGION) else ""
