"""Test the rules that all code must follow, for example about layers."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
MODULES = sorted((ROOT / "companion").rglob("*.py"))
PAGES = sorted(TEMPLATES.rglob("*.html"))

FLOORS = {"domain", "config", "extensions", "translations", "content", "store", "services", "web", "cli"}
"""The code's layers, which are called floors.

Import-linter (pyproject.toml) checks which layers of the code may import which other layers.
"""
UNKNOWN = {
    "domain": {
        "flask",
        "flask_login",
        "flask_wtf",
        "werkzeug",
        "jinja2",
        "markupsafe",
        "sqlalchemy",
        "alembic",
        "time",
    },
    "content": {"flask", "flask_login", "flask_wtf", "werkzeug", "sqlalchemy", "alembic"},
    "store": {"flask", "flask_login", "flask_wtf", "werkzeug", "jinja2", "markupsafe"},
    "services": {"flask", "flask_login", "flask_wtf", "werkzeug", "jinja2", "markupsafe"},
}
"""The packages that each layer of the code must not import."""
VIEW_LINES = 25
PARAMETERS, WITH_MORE = 5, 19
"""The maximum number of parameters of a function, and how many functions may exceed this maximum."""
CLOCK = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
CLOCK_READERS = {"companion/web/gate/clock.py", "companion/cli/context.py"}
MARKUP = {"companion/web/page/rendering.py", "companion/web/page/qr_code.py"}


def test_only_one_module_normalises_unicode() -> None:
    """All code must normalise Unicode text with the one module that limits how long normalising takes."""
    normalising = re.compile(r"unicodedata\.normalize|import normalize")
    found = [each for each in MODULES if normalising.search(each.read_text())]
    assert [each.relative_to(ROOT).as_posix() for each in found] == ["companion/domain/text.py"]


def test_every_view_is_short() -> None:
    """A view with more lines than ``VIEW_LINES`` probably contains code that belongs in a service."""
    views = [
        (each.name, function.name, (function.end_lineno or 0) - function.lineno + 1)
        for each in MODULES
        if floor(each.relative_to(ROOT).as_posix()) == "web"
        for function in ast.walk(ast.parse(each.read_text()))
        if isinstance(function, ast.FunctionDef)
        and any("access." in ast.unparse(decorator) for decorator in function.decorator_list)
    ]
    assert len(views) > 100
    assert [view for view in views if view[-1] > VIEW_LINES] == []


def test_few_functions_have_many_parameters() -> None:
    """Replace separate store, viewer and time parameters with one ``Actor``."""
    more = [
        f"{name}: {function.name}"
        for name, tree in trees()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and parameters(function) > PARAMETERS
    ]
    assert len(more) <= WITH_MORE, more


def parameters(function: ast.FunctionDef) -> int:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return sum(each is not None and each.arg not in ("self", "cls") for each in every)


def test_no_layer_imports_a_package_that_it_must_not_use() -> None:
    assert [(n, i) for n, i in imports() if i.split(".")[0] in UNKNOWN.get(floor(n), ())] == []
    # routes may know only one fact about the database: that it can fail
    assert [(n, i) for n, i in imports() if floor(n) == "web" and re.match(r"sqlalchemy(?!\.exc)", i)] == []


def test_only_the_store_builds_queries_and_encrypts_values() -> None:
    """Only the store knows which key encrypts which values."""
    own = re.compile(r"\bselect\(|\.seal\(\"|\.open\(\"\w+\.\w+\"")
    above = [
        each for each in MODULES if floor(each.relative_to(ROOT).as_posix()) in ("services", "web", "cli")
    ]
    assert [each.relative_to(ROOT).as_posix() for each in above if own.search(each.read_text())] == []


def test_no_folder_has_too_many_modules() -> None:
    counted = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES)
    assert {folder: count for folder, count in counted.items() if count > 25} == {}


def test_nothing_from_companion_is_imported_under_another_name() -> None:
    aliased = [
        f"{name}: {alias.name} as {alias.asname}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("companion")
        for alias in node.names
        if alias.asname and not alias.name.startswith("translate")
    ]
    assert aliased == ["companion/cli/translations.py: translations as said"]


def test_every_file_is_in_one_layer_of_the_code() -> None:
    assert {floor(name) for name, _ in imports()} <= FLOORS | {""}


def test_only_two_modules_read_the_clock() -> None:
    readers = {
        name
        for name, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCK
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id in {"clock", "context"})
    }
    assert readers == CLOCK_READERS


def test_only_two_modules_create_markup() -> None:
    makers = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Markup"
    }
    assert makers == MARKUP


def test_no_template_lets_raw_html_through() -> None:
    for page in PAGES:
        tree = environment().parse(page.read_text())
        assert "safe" not in {found.name for found in tree.find_all(nodes.Filter)}, page
        assert not [*tree.find_all((nodes.EvalContextModifier, nodes.ScopedEvalContextModifier))], page


def test_every_word_in_a_template_is_passed_to_gettext() -> None:
    assert {page.name: bare for page in PAGES if (bare := bare_words(page.read_text()))} == {}


def test_the_check_finds_untranslated_words_in_templates() -> None:
    assert bare_words("<p>{% if x %}Hello{% endif %}</p>") == ["Hello"]
    assert bare_words('<input aria-label="Line {{ n }}">') == ["Line §"]
    assert (
        bare_words("""<p class="soft"{% if x %} id="y"{% endif %}>{{ _('Hello') }} 999</p>{# Hello #}""")
        == []
    )
    assert bare_words('{{ submit("Sign out") }}') == ["Sign out"]


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def imports() -> Iterator[tuple[str, str]]:
    """For each import, yield the file and the module that the file imports.

    For ``from a import b``, yield the file's name and ``a.b``.
    """
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = ".".join(Path(name).parts[: -node.level]) if node.level else ""
                module = ".".join(filter(None, (package, node.module)))
                yield from ((name, f"{module}.{alias.name}") for alias in node.names)


def floor(name: str) -> str:
    """Return a file's floor (layer), such as ``store`` for ``companion/store/work/work.py``.

    For ``companion/__init__.py``, return an empty string.
    """
    return Path(name).parts[1].removesuffix(".py").removeprefix("__init__")


def environment() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


class Visible(HTMLParser):
    """A parser that collects visible text and the attributes that screen readers speak."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = {"aria-label", "title", "alt", "placeholder", "content"} if tag != "meta" else set()
        self.said += [value for name, value in attrs if value and name in spoken]

    def handle_data(self, data: str) -> None:
        self.said.append(re.sub(r'[a-z-]+="[^"]*"', "", data))  # a macro may contain only attributes


def bare_words(source: str) -> list[str]:
    """Return the strings in a template that contain letters but aren't passed to gettext.

    In the returned strings, ``§`` replaces each template expression.
    """
    # people don't read class names
    source = re.sub(r"block page_class %}[\w ]*{%", "block page_class %}{%", source)
    said = Visible()
    pieces = (
        {"data": text, "variable_begin": "§"}.get(kind, "") for _, kind, text in environment().lex(source)
    )
    said.feed("".join(pieces))
    said.close()
    quoted = [
        node.value
        for node in untranslated(environment().parse(source))
        if isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and re.search(r"^[A-Z][a-z]+$|[A-Za-z]+ [a-z]+", node.value)
        # a string with an equals sign and a quotation mark is an attribute
        and '="' not in node.value
    ]
    words = [*map(str.strip, said.said), *quoted]
    return [each for each in words if re.search(r"[^\W\d_]", each) and each != "Companion"]


def untranslated(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a template node's descendants, leaving out the arguments of gettext."""
    for child in node.iter_child_nodes():
        if not (
            isinstance(child, nodes.Call) and getattr(child.node, "name", "") in {"_", "gettext", "ngettext"}
        ):
            yield child
            yield from untranslated(child)


def test_no_code_parses_companions_own_pages_with_regular_expressions() -> None:
    found = []
    for path in (ROOT / "companion/web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                pattern = ast.unparse(node.args[0]).replace("(?P<", "").replace("(?<", "")
                found += [(path.name, pattern)] * bool(re.search(r"<[a-z/!(\[]", pattern))
    assert found == []
