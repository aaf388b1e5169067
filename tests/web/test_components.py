"""Test that only the demo has a components page. Test that the components page shows every component."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from companion import create_app
from companion.config import Mode, Settings
from companion.store.base import Store
from tests.cast import Cast
from tests.pages import is_well_formed, keep
from tests.visitor import Visitor

TEMPLATES = Path(__file__).parents[2] / "templates"
CSS = TEMPLATES.parent / "static" / "css" / "gallery.css"
LEFT_OUT = {
    # each of these macros contains only one page's sentence
    *("components/conditions.html", "components/access_log.html", "components/rights.html"),
    *("concerns.kind_of", "plan.shape_of", "staff.title_of"),
    # these macros make the footer of public pages and participants' pages
    "language.language_choice",
    "forms.asked",  # every kind of answer on the page contains this macro
    # each of these macros makes a whole page
    *("messages.composer", "plan.standing", "plan_versions.made_by", "plan_versions.version_name"),
    *("plan_versions.version_in_short", "plan_versions.version_list", "plan_versions.compare_form"),
}
"""Component files and macros that the components page doesn't show."""


def of_mode(settings: Settings, mode: Mode) -> Visitor:
    app = create_app(replace(settings, mode=mode))
    keep(app)
    return Visitor(app)


def test_the_components_page_is_valid_and_public_in_the_demo(settings: Settings, store: Store) -> None:
    page = of_mode(settings, "demo").get("/_components")
    assert page.status == 200
    is_well_formed(page.text.encode(), page.path)
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids)), sorted(each for each in set(ids) if ids.count(each) > 1)
    for named in re.findall(r' (?:for|aria-labelledby|aria-describedby)="([^"]+)"', page.text):
        assert set(named.split()) <= set(ids), named


@pytest.mark.parametrize("mode", ["test", "serve"])
def test_only_the_demo_has_a_components_page(settings: Settings, store: Store, mode: Mode) -> None:
    assert of_mode(settings, mode).get("/_components").status == 404


def test_the_demo_shows_its_accounts_only_to_browsers_on_the_same_computer(
    settings: Settings, store: Store, cast: Cast
) -> None:
    accounts = [
        {
            "role": "lead",
            "name": "Margaret",
            "sign_in_name": "margaret",
            "passphrase": "six kind geese",
            "totp_secret": "A" * 32,
        },
        {"role": "participant", "name": "Ben", "joining_code": "ABCD-EFGH", "agreed_word": "robin"},
    ]
    (settings.home / "demo-accounts.json").write_text(json.dumps(accounts))
    visitor = of_mode(settings, "demo")
    page = visitor.get("/_demo")
    code = pyotp.TOTP("A" * 32).at(int(cast.now.timestamp()))
    assert page.status == 200 and code in page and "ABCD-EFGH" in page and "six kind geese" in page
    assert "Accounts to try" in visitor.get("/sign-in")
    elsewhere = visitor.client.get("/_demo", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("mode", ["test", "serve"])
def test_only_the_demos_pages_mention_the_demo_accounts(settings: Settings, store: Store, mode: Mode) -> None:
    visitor = of_mode(settings, mode)
    assert visitor.get("/_demo").status == 404 and "Accounts to try" not in visitor.get("/sign-in")


def test_the_components_page_shows_every_component_macro() -> None:
    shown: set[str] = set()
    waiting = [name for path in (TEMPLATES / "gallery").glob("*.html") for name in calls(path)]
    while waiting:
        name = waiting.pop()
        if name not in shown:
            shown.add(name)
            waiting += MACROS.get(name, [])
    left_out = {
        name for name in MACROS if name in LEFT_OUT or f"components/{name.split('.')[0]}.html" in LEFT_OUT
    }
    assert set(MACROS) - shown - left_out == set()
    assert {name for name in LEFT_OUT if "/" not in name} <= set(MACROS) - shown


def test_the_components_page_has_no_messages_of_its_own_to_translate() -> None:
    pages = {*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.js")}
    its_own = set((TEMPLATES / "gallery").glob("*.html"))
    assert translated(its_own) <= translated(pages - its_own)


def translated(paths: set[Path]) -> set[str]:
    """Return the messages in these templates that need translating."""
    found = [
        message
        for path in paths
        for _, _, message, _ in babel_extract(path.open("rb"), ("_", "gettext", "ngettext"), [], {})
    ]
    return {
        each for message in found for each in (message if isinstance(message, tuple) else (message,)) if each
    }


def test_the_components_page_shows_every_colour() -> None:
    tokens = set(re.findall(r"--([a-z-]+): #", (CSS.parent / "companion/1-tokens.css").read_text()))
    assert tokens <= set(re.findall(r"\.of-([a-z-]+) \{ background", CSS.read_text()))


def calls(path: Path) -> Iterator[str]:
    """Yield the name of every component macro that a template calls, such as ``forms.field``."""
    tree = parsed(path)
    imported = imports(tree)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in imported:
            yield imported[call.node.name]


def imports(tree: nodes.Template) -> dict[str, str]:
    """Return the full name of each macro that the template imports, keyed by its local name.

    The full name of the macro ``field`` in ``forms.html`` is ``forms.field``.
    """
    found = {}
    for each in tree.find_all(nodes.FromImport):
        source = getattr(each.template, "value", "")
        for name in each.names:
            there, here = name if isinstance(name, tuple) else (name, name)
            found[here] = f"{Path(source).stem}.{there}"
    return found


def parsed(path: Path) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text())


def macros() -> Iterator[tuple[str, list[str]]]:
    """Yield each component macro with the macros that it calls."""
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        tree = parsed(path)
        own = {macro.name: f"{path.stem}.{macro.name}" for macro in tree.find_all(nodes.Macro)}
        known = own | imports(tree)
        for macro in tree.find_all(nodes.Macro):
            called = [
                each.node.name for each in macro.find_all(nodes.Call) if isinstance(each.node, nodes.Name)
            ]
            yield own[macro.name], [known[name] for name in called if name in known]


MACROS = dict(macros())


def test_every_dialog_has_a_link_to_help_and_a_button_to_leave() -> None:
    """An open dialog blocks the help link and the leave button in the page's header."""
    dialogs = [
        dialog
        for file in sorted(TEMPLATES.rglob("*.html"))
        for dialog in re.findall(r"<dialog.*?</dialog>", file.read_text(), re.DOTALL)
    ]
    assert len(dialogs) >= 3
    assert [dialog for dialog in dialogs if "{{ ways_out() }}" not in dialog] == []
