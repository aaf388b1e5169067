"""Invalid values for form fields, with their error messages."""

from dataclasses import dataclass

Fields = dict[str, str]

EMPTY, HIDDEN, CHOICES = (
    "You haven't written anything yet.",
    "Some characters in your text can't be shown",
    "isn't one of the choices",
)
DATE, TIME, WORD = "This isn't a date.", "This isn't a time.", "needs at least 3 characters"


def too_long(most: int) -> list[tuple[str, str]]:
    """Return strings that are too long for this limit, each with the error message it should cause."""
    return [
        (
            "x" * (most + 1),
            f"Your text can be up to {most:,} characters long. Your text has {most + 1:,} characters, "
            "which is one too many.",
        ),
        (
            "😀" * 20_000,
            f"Your text has 20,000 characters, which is {20_000 - most:,} too many. You haven't lost anything.",
        ),
    ]


def text(most: int, *, required: bool = True) -> list[tuple[str, str]]:
    """Return strings that any text field with this limit refuses."""
    nothing = [("", EMPTY), (" \n ", EMPTY), ("\u200f\u202e", EMPTY)] if required else []
    return [*nothing, *too_long(most), ("I walked\x00home", HIDDEN), ("I walked\x1bhome", HIDDEN)]


def line(most: int, *, required: bool = True) -> list[tuple[str, str]]:
    return [*text(most, required=required), ("I walked\nhome", "This text has to fit on one line.")]


def not_whole(least: int, most: int) -> list[tuple[str, str]]:
    """Return invalid values for a number field: text that isn't a whole number, and numbers outside the
    range.
    """
    sentence = f"Please give a whole number from {least} to {most}."
    return [
        (number, sentence) for number in (*NO_NUMBERS, f"{most + 1}", *([f"{least - 1}"] if least else []))
    ]


NO_NUMBERS = ("-5", "1.5", "soon", "٣", "²", "9" * 5000)
WORDS = [*text(60), ("ab", WORD)]
DAYS = [
    *[
        (day, DATE)
        for day in ("", "yesterday", "2026-02-30", "2026-13-01", "10/12/2026", "0000-00-00", "٢٠٢٦-١٢-١٠")
    ],
    *[(day, "That time has already passed.") for day in ("2026-11-23", "0001-01-01")],
    *[(day, "more than three years away") for day in ("2030-01-01", "9999-12-31")],
]
TIMES = [(time, TIME) for time in ("", "soon", "25:00", "14:60", "2 pm", "14:00+01:00", "-1:00")]
SITES = {"kind": [("", CHOICES), ("party", CHOICES)], "site": [("", CHOICES), ("elsewhere", CHOICES)]}
WRONG_CODE = "The joining code and the agreed word don't match."
WRONG_SIGN_IN = "The sign-in name and the passphrase don't match."


def not_empty(wrongs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the invalid values, leaving out empty ones."""
    return [(wrong, sentence) for wrong, sentence in wrongs if sentence != EMPTY]


@dataclass(frozen=True)
class Form:
    """A form with its page, action, valid values, invalid values and error messages."""

    who: str
    page: str
    action: str
    right: Fields
    wrong: dict[str, list[tuple[str, str]]]
