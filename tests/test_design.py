"""Test the design tokens for colours and sizes. Adjacent colours must be easy to tell apart. Every stylesheet
must take its font sizes, corner radii and animation times from the design tokens.

Contrast is calculated with WCAG 2.2's *relative luminance* and *contrast ratio*
(https://www.w3.org/TR/WCAG22/).
"""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[1] / "static" / "css"
WITH_COLOURS = ("companion/1-tokens", "plan", "board")
TEXT, GRAPHIC = 4.5, 3.0
"""The contrast ratios that WCAG criteria 1.4.3 and 1.4.11 require.

Companion requires a contrast ratio of 4.5, even for large text.
"""
STAGES = ("green", "amber", "red")
PAIRS = [
    (TEXT, "ink", "paper", "what the guide says"),
    (TEXT, "ink", "sheet", "cards, fields, the header, dialogs"),
    (TEXT, "ink", "said", "what the participant said"),
    (TEXT, "ink", "clay-tint", "notices of a problem, what cannot wait"),
    (TEXT, "soft", "paper", "hints, questions that are answered, the footer"),
    (TEXT, "soft", "sheet", "facts on cards and boards, places in the header"),
    (TEXT, "soft", "said", "words below a picture, a letter that isn't sent"),
    (TEXT, "soft", "clay-tint", "facts about what cannot wait"),
    (TEXT, "press", "paper", "links, the edge and words of a button, the focus"),
    (TEXT, "press", "sheet", "links and buttons on cards, the lines of pictures in an activity"),
    (TEXT, "press", "said", "Change beside an answer, marks of what is done, the lines of pictures"),
    (TEXT, "press", "clay-tint", "links in notices"),
    (TEXT, "on-press", "press", "the one button that stands out, what is chosen"),
    (TEXT, "human", "paper", "who speaks, the edge of a practitioner's words"),
    (TEXT, "human", "sheet", "who speaks on cards"),
    (TEXT, "human", "said", "a comment under an answer"),
    (TEXT, "clay", "paper", "errors at a field, the urgent route"),
    (TEXT, "clay", "sheet", "errors on cards"),
    (TEXT, "clay", "clay-tint", "marks of what waits, links of the summary of errors"),
    (TEXT, "paper", "clay", "the sign in front of an error"),
    (TEXT, "ochre", "ochre-tint", "marks of what is missing in a practitioner's queue"),
    (GRAPHIC, "edge", "paper", "borders of fields, buttons and replies"),
    (GRAPHIC, "edge", "sheet", "borders of fields on cards"),
    (GRAPHIC, "edge", "said", "lines of a table in an answer"),
    (GRAPHIC, "press", "line", "how far the bar of progress is filled"),
    *((TEXT, "ink", f"{stage}-tint", "the plan at this stage") for stage in STAGES),
    *((TEXT, "soft", f"{stage}-tint", "facts in the plan at this stage") for stage in STAGES),
    *((TEXT, "press", f"{stage}-tint", "links in the plan at this stage") for stage in STAGES),
    *((GRAPHIC, stage, f"{stage}-tint", "its sign and its edge") for stage in STAGES),
    *((GRAPHIC, stage, back, "its sign on the page, a card, an answer") for stage in STAGES
      for back in ("paper", "sheet", "said")),
]  # fmt: skip
"""For each pair of colours: the required contrast, the foreground colour, the background colour and where the
pair is used.
"""
OF_A_STAGE = {"tint": "red-tint"}
"""CSS variables that depend on the plan's stage (green, amber or red). The test replaces each of these CSS
variables with the colour of one stage.
"""
COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b")
ROOT = r":root\s*\{(.*?)\}"
DARK = r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{\s*" + ROOT
RULE = re.compile(r"\{([^{}]*)\}")
LOOSE = re.compile(
    r"font-size: [.\d]+rem|font: [^;}]*(?<![\d.])(?!1rem)[.\d]+rem|border-radius: [^;}]*[.\d]+rem"
    r"|(?:transition|animation)[a-z-]*: [^;}]*[\d.]+m?s\b"
)
MEANT = {
    "font-size: 1rem",
    "font-size: 2.1rem",  # the page's title, on screens with enough room
    # a joining code, which is as wide as the printed slip
    "font: 600 clamp(1rem, 6vw, 1.4rem",
    # the speech bubble's corner that is closest to the speaker
    "border-radius: var(--round-l) var(--round-l) .25rem",
}
ON_SCREEN = [
    path
    for path in sorted(CSS.rglob("*.css"))
    if path.stem not in ("brief", "my_data_file", "help", "sheets", "plan-print")
]


TABLE = re.compile(r'<table class="([^"{]+)')
NARROWED = re.compile(r"([^{}]+)\{[^{}]*(?<![\w-])max-width: (?!none)[^{}]*\}")
NAMED = re.compile(r"(?:^|(?=\.))[.\w-]+")


def without_comments(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / f"{name}.css").read_text(), flags=re.DOTALL)


def tokens(name: str, within: str) -> dict[str, str]:
    found = re.search(within, without_comments(name), re.DOTALL)
    assert found, name
    return dict(COLOUR.findall(found[1]))


def colours(name: str, mode: str) -> dict[str, str]:
    """Return a stylesheet's colour tokens in light or dark mode."""
    return tokens(name, ROOT) | (tokens(name, DARK) if mode == "dark" else {})


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_gives_known_values() -> None:
    assert contrast("#fff", "#000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_pair_of_colours_has_enough_contrast(mode: str) -> None:
    known: dict[str, str] = {}
    for name in WITH_COLOURS:
        known |= colours(name, mode)
    measured = {(front, back): contrast(known[front], known[back]) for _, front, back, _ in PAIRS}
    too_weak = [f"{front} on {back} ({where}): {measured[front, back]:.2f}, not {needed}"
                for needed, front, back, where in PAIRS if measured[front, back] < needed]  # fmt: skip
    assert too_weak == []


def test_every_colour_is_in_a_pair_whose_contrast_is_checked() -> None:
    paired = {name for _, front, back, _ in PAIRS for name in (front, back)}
    for name in WITH_COLOURS:
        light = tokens(name, ROOT)
        assert light.keys() == tokens(name, DARK).keys()
        assert light.keys() <= paired


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.stem)
def test_every_pair_of_colours_in_a_css_rule_is_checked(path: Path) -> None:
    listed = {(front, back) for _, front, back, _ in PAIRS}
    for rule in RULE.findall(without_comments(path.relative_to(CSS).with_suffix("").as_posix())):
        front = re.search(r"(?<![\w-])color: var\(--([a-z-]+)\)", rule)
        back = re.search(r"(?<![\w-])background: var\(--([a-z-]+)\)", rule)
        if front and back:
            assert (front[1], OF_A_STAGE.get(back[1], back[1])) in listed, rule


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_help_pages_stylesheet_has_the_same_colours_as_the_main_stylesheet(mode: str) -> None:
    ours = colours("companion/1-tokens", mode)
    assert colours("help", mode).items() <= ours.items()


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.stem)
def test_no_page_sets_its_own_font_sizes(path: Path) -> None:
    loose = {
        each.strip()
        for each in LOOSE.findall(without_comments(path.relative_to(CSS).with_suffix("").as_posix()))
    }
    assert loose - MEANT == set()


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.stem)
def test_every_colour_in_a_stylesheet_is_a_design_token(path: Path) -> None:
    rules = re.sub(
        ROOT, "", without_comments(path.relative_to(CSS).with_suffix("").as_posix()), flags=re.DOTALL
    )
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {
        "#fff",
        "#777",
    }  # white below the QR code, and grey in print


def test_no_table_has_a_max_width() -> None:
    """WebKit ignores a table's maximum width."""
    templates = "".join(path.read_text() for path in (CSS.parents[1] / "templates").rglob("*.html"))
    tables = {"table", *(f".{name}" for names in TABLE.findall(templates) for name in names.split())}
    assert ".fill" in tables
    for path in sorted(CSS.rglob("*.css")):
        rules = NARROWED.findall(
            re.sub(r":\w+\([^()]*\)", "", without_comments(path.relative_to(CSS).with_suffix("").as_posix()))
        )
        narrowed = [part for selectors in rules for part in selectors.split(",")]
        held = [part for part in narrowed if tables & set(NAMED.findall(part.split()[-1]))]
        assert held == [], path.stem
