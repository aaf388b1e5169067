"""Test that stylesheets have no unused rules. Test that scripts have no unused functions or messages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES, SCRIPTS = ROOT / "static/css", ROOT / "static/js"
SELECTORS = re.compile(r"([^{}@;]+)\{")
QUOTED = re.compile(r"""(["'`])((?:(?!\1)[\w %${}.-])*)\1""")
OF_A_CLASS = re.compile(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', re.DOTALL)
OF_A_PAGE = re.compile(r"block page_class %\}(.*?)\{%", re.DOTALL)
LOGIC = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|%s|\$\{.*?\}", re.DOTALL)
DEFINED = re.compile(
    r"\bfunction (\w+)\(|\b(?:const|let) (\w+) =|^  (?:async )?(\w+)(?:: |\([\w ,=]*\) \{$)", re.MULTILINE
)


def text_of(*patterns: str) -> str:
    """Return the joined text of all files that match these patterns."""
    return "\n".join(path.read_text() for each in patterns for path in sorted(ROOT.glob(each)))


def without_docstrings(code: str) -> str:
    """Return this Python code without comments and docstrings: a word in one of these doesn't count as used."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant("")
    return ast.unparse(tree)


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|^ *// [^\n]*| // [^\n]*", "", text, flags=re.DOTALL | re.MULTILINE)


MARKUP = re.sub(r"\{#.*?#\}", "", text_of("templates/**/*.html"), flags=re.DOTALL)
CODE = "\n".join(without_docstrings(path.read_text()) for path in sorted(ROOT.glob("companion/web/**/*.py")))
CODE_OF_REASONS = text_of("companion/web/page/unsaved.py")
STYLE, SCRIPT = (without_comments(text_of(f"static/{kind}/**/*.{kind}")) for kind in ("css", "js"))
WORDS_OF_SCRIPTS = text_of("templates/scripts/*.js")
ELSEWHERE = "\n".join((MARKUP, CODE, SCRIPT, WORDS_OF_SCRIPTS))
SELECTED = " ".join(SELECTORS.findall(STYLE))


def given() -> Iterator[str]:
    """Yield every CSS class that a page can give to an element.

    In the class names found in templates, ``*`` stands for a part that comes from a variable.
    """
    lists = [found for pattern in (OF_A_CLASS, OF_A_PAGE) for found in pattern.findall(MARKUP)]
    lists += [found for text in (MARKUP, CODE, SCRIPT) for _, found in QUOTED.findall(text)]
    for each in lists:
        yield from LOGIC.sub("*", each).split()
        yield from LOGIC.sub("* ", each).replace("*", " ").split()


GIVEN = {*given()}
BEGINNINGS = tuple(each.partition("*")[0] for each in GIVEN if re.fullmatch(r"[a-z][\w-]*-\*.*", each))


def is_given(name: str) -> bool:
    return name in GIVEN or name.startswith(BEGINNINGS)


def test_the_search_for_unused_styles_finds_the_classes_in_templates() -> None:
    """The search must also find class names that templates build from parts. The search must not mistake
    other words for class names.
    """
    for name in ("composer", "narrow", "share-3", "mark-red", "of-paper", "dragged", "save-state"):
        assert is_given(name), name
    assert not is_given("done-number") and not is_given("class") and BEGINNINGS


def test_every_class_in_a_stylesheet_is_used_by_a_page() -> None:
    classes = {*re.findall(r"\.([a-zA-Z][\w-]*)", SELECTED)}
    assert len(classes) > 250
    assert {name for name in classes if not is_given(name)} == set()


def test_every_id_and_attribute_in_a_stylesheet_is_used_by_a_page() -> None:
    ids = {*re.findall(r"#([a-zA-Z][\w-]*)", SELECTED)}
    assert {name for name in ids if not re.search(rf'\bid="{name}"', MARKUP)} == set()
    attributes = {*re.findall(r"\[([a-z-]+)", SELECTED)}
    assert {name for name in attributes if not re.search(rf"[\s\".]{name}\b", ELSEWHERE)} == set()


def test_every_custom_css_property_is_both_defined_and_used() -> None:
    read, put = (
        {*re.findall(pattern, STYLE + MARKUP + SCRIPT)} for pattern in (r"var\((--[\w-]+)", r"(--[\w-]+):")
    )
    assert len(put) > 30
    assert (put - read, read - put) == (set(), set())


def test_every_css_animation_is_used() -> None:
    for name in re.findall(r"@keyframes ([\w-]+)", STYLE):
        assert re.search(rf"animation(?:-name)?: [^;}}]*\b{name}\b", STYLE), name


@pytest.mark.parametrize("path", sorted([*STYLES.glob("*"), *SCRIPTS.glob("*")]), ids=lambda path: path.name)
def test_every_stylesheet_and_script_is_loaded_by_a_page(path: Path) -> None:
    name = path.stem + (path.suffix or ".css")
    assert re.search(rf"""['"/]{re.escape(name)}['"]""", MARKUP + CODE) or f"'{path.stem}'" in CODE


def test_every_function_and_variable_of_a_script_is_used() -> None:
    defined = {name for found in DEFINED.findall(SCRIPT) for name in found if name}
    assert {"stepBack", "toText", "settled", "stuck", "catchUp", "uncover"} <= defined and len(defined) > 70
    assert {name for name in defined if len(re.findall(rf"\b{name}\b", SCRIPT)) < 2} == set()


def test_every_translated_message_for_scripts_is_used_by_a_script() -> None:
    keys = {*re.findall(r'^  "(\w+)":', WORDS_OF_SCRIPTS, re.MULTILINE)}
    assert "unsent" in keys
    said = {*re.findall(r"\w+", SCRIPT), *re.findall(r'"(\w+)"', CODE_OF_REASONS)}
    assert keys - said == set()


def test_every_data_attribute_is_read_by_a_script_or_style() -> None:
    told = {*re.findall(r"[\s\"](data-[a-z-]+)", MARKUP)}
    assert "data-draft" in told
    read = {*re.findall(r"\[(data-[a-z-]+)", STYLE + SCRIPT)}
    read |= {f"data-{name}" for name in re.findall(r"\bdataset\.(\w+)", SCRIPT)}
    read |= {f"data-{name.strip()}" for names in re.findall(r"\{([\w, ]+)\} = [\w.]+\.dataset", SCRIPT)
             for name in names.split(",")}  # fmt: skip
    # scripts read these keys as dataset[key]
    read |= {f"data-{key}" for key in re.findall(r'"(\w+)"', SCRIPT)}
    assert told - read == set()
