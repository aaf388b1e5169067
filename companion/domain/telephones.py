"""Find a phone number in free text, so that a page can turn the number into a link."""

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

REGION = "GB"
WHOLE = 9
"""The fewest digits that a number unknown to the phonenumbers library needs to become a link. These digits
don't include the leading 0 or the country code.
"""
LOOKED_AT = 300
"""Companion looks for a phone number only in this many characters at the start of a text."""


def number_in(text: str) -> str:
    """Return the text's first phone number, such as ``+448081000900``, or an empty string.

    Accept a number without a leading 0 or + only if it is a valid phone number, because other numbers may be
    dates. Return a short number, such as ``116123``, only if the text contains nothing else.
    """
    text = text[:LOOKED_AT]
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        number = match.number
        written = match.raw_string.lstrip("(").startswith(("0", "+"))
        if phonenumbers.is_valid_number(number) or (written and number.national_number >= 10 ** (WHOLE - 1)):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return _short(text)


def _short(text: str) -> str:
    """Return the digits of a short phone number, such as 116 123. Return an empty string if the text isn't a
    short phone number.
    """
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        return ""
    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException:
        return ""
    return digits if phonenumbers.is_valid_short_number_for_region(number, REGION) else ""
