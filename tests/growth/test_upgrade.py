"""Test that an upgrade replaces the installed version, but keeps the pages and policies that an operator has
changed.
"""

import re
import shutil
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from companion.cli.installed_files import SHIPPED_HOST, closed, differing
from companion.config import EXIT_URL
from companion.domain.activities.translatable import words_of
from companion.domain.operations import health
from companion.domain.records.policies import Policy
from companion.store.operations.open_databases import open_store
from companion.store.records import policies
from tests.growth.older_machine import (
    EXIT,
    HOST,
    IN_WELSH,
    OWN_RETENTION,
    STATEMENT,
    TWO_SERVERS,
    Machine,
    databases,
)
from tests.growth.units import DEPLOY

__all__ = ["databases"]  # the tests below use this fixture


@pytest.fixture
def machine(tmp_path: Path, databases: Path) -> Machine:
    return Machine(tmp_path, databases)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory, databases: Path) -> Machine:
    """Return a machine on which the operator has run the upgrade command.

    Tests must not change this machine.
    """
    made = Machine(tmp_path_factory.mktemp("upgraded"), databases)
    made.unpacks(2)
    made.upgrades(2)
    return made


def test_the_upgrade_command_replaces_every_installed_file(upgraded: Machine) -> None:
    machine, new = upgraded, upgraded.versions / "2"
    assert (machine.versions / "current").resolve() == new.resolve()
    for unit in (DEPLOY / "systemd").iterdir():
        assert (machine.folder / "etc/systemd/system" / unit.name).read_text() == unit.read_text()
    command = machine.folder / "usr/local/bin/companion"
    assert command.read_text() == (new / "docs/deploy/companion").read_text()
    assert "systemctl daemon-reload" in machine.called() and "systemctl reload nginx" in machine.called()
    assert machine.called().index("nginx -t") < machine.called().index("systemctl reload nginx")


def test_upgrading_keeps_the_host_name_and_servers_in_the_nginx_site(upgraded: Machine) -> None:
    site = upgraded.site.read_text()
    assert TWO_SERVERS in site and SHIPPED_HOST not in site
    assert f"server_name {HOST};" in site and f"return 303 {EXIT};" in site
    assert "form-action 'self' https://weather.example;" in site and EXIT_URL not in site
    assert "alias /etc/companion/pages/;" in site
    assert {each.name for each in (upgraded.folder / "etc/companion/pages").iterdir()} == {
        each.name for each in (DEPLOY / "nginx/pages").iterdir()
    }


def test_upgrading_imports_the_services_own_retention_schedule(
    upgraded: Machine,
) -> None:
    store = open_store(upgraded.settings)
    with store.reading() as tx:
        assert [rule.days for rule in policies.schedule(tx).rule if rule.id == "over"] == [5000]
        assert policies.drafts(tx) == [Policy.STATEMENT]
    store.close()


def test_the_doctor_command_names_the_files_that_the_previous_version_installed(machine: Machine) -> None:
    found = differing(machine.settings, machine.folder)
    assert {"/usr/local/bin/companion", "/etc/nginx/sites-enabled/companion"} <= set(found)


def test_the_previous_version_stays_in_use_if_migrating_fails(machine: Machine) -> None:
    old, site = (machine.versions / "current").resolve(), machine.site.read_text()
    machine.settings.wrapping_key_file.unlink()
    machine.unpacks(2)
    with pytest.raises(AssertionError, match="The wrapping key cannot be read"):
        machine.upgrades(2)
    assert (machine.versions / "current").resolve() == old and machine.site.read_text() == site


def test_the_previous_version_stays_in_use_if_nginx_refuses_the_new_site(
    machine: Machine,
) -> None:
    before, old = machine.site.read_text(), (machine.versions / "current").resolve()
    machine._script(machine.folder / "usr/local/bin/nginx", "#!/bin/sh\nexit 1\n")
    machine.unpacks(2)
    with pytest.raises(AssertionError):
        machine.upgrades(2)
    assert machine.site.read_text() == before and (machine.versions / "current").resolve() == old
    assert not (machine.folder / "usr/local/bin/calls").exists()


@pytest.mark.full
def test_an_upgrade_that_removes_an_operators_nginx_settings_warns_about_it(
    machine: Machine,
) -> None:
    own = machine.site.read_text().replace(
        "    server_tokens off;\n", "    server_tokens off;\n    allow 192.0.2.0/24; # ours\n", 1
    )
    own = own.replace(f"/etc/letsencrypt/live/{HOST}/fullchain.pem", "/etc/ssl/ours/chain.pem")
    own = own.replace(f"/etc/letsencrypt/live/{HOST}/privkey.pem", "/etc/ssl/ours/key.pem")
    machine.site.write_text(own)
    machine.unpacks(2)
    done = machine.typed("/opt/companion/2/docs/deploy/upgrade")
    assert done.stderr.splitlines()[-2:] == [
        "These lines aren't in any version's site, and are left out:",
        "    allow 192.0.2.0/24;",
    ]
    (former,) = (machine.folder / "etc/companion").glob("site.20*")
    assert former.read_text() == own and f"The site as it was is in {former}" in done.stdout
    made = machine.site.read_text()
    assert re.findall(r"^    ssl_certificate(?:_key)? (.+);$", made, re.MULTILINE) == [
        "/etc/ssl/ours/chain.pem",
        "/etc/ssl/ours/key.pem",
    ]
    assert "/etc/nginx/sites-enabled/companion" not in differing(machine.settings, machine.folder)
    assert "The site as it was" not in machine.upgrades(2) and former.read_text() == own
    machine.site.write_text(f"{made}# a note of ours\n")
    machine.upgrades(2)
    assert len([*(machine.folder / "etc/companion").glob("site.20*")]) == 2


@pytest.mark.full
def test_upgrading_keeps_an_nginx_page_that_was_edited_locally(machine: Machine) -> None:
    machine.unpacks(2)
    machine.upgrades(2)
    page = machine.folder / "etc/companion/pages/away.html"
    own = page.read_text().replace("0808 1000 900", "0808 1000 901")
    page.write_text(own)
    newer = machine.unpacks(3) / "docs/deploy/nginx/pages/away.html"
    newer.write_text(newer.read_text().replace("in a few minutes", "in ten minutes"))
    said = machine.upgrades(3)
    assert page.read_text() == own and "away.html has words of your own and stays" in said


def is_open(path: Path) -> bool:
    needed = 0o005 if path.is_dir() else 0o004
    return path.stat().st_mode & needed == needed


class Changed(NamedTuple):
    """A machine after an upgrade.

    Before the upgrade, an operator had changed files of the service, such as the Welsh translation. Some of
    the service's files were readable only by the account that owned the files.
    """

    machine: Machine
    closed_before: list[str]
    words: list[str]
    said: str


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, databases: Path) -> Changed:
    """Change files on a machine, such as the Welsh translation, and then upgrade the machine."""
    machine = Machine(tmp_path_factory.mktemp("changed"), databases)
    old = machine.versions / "1"
    page, statement = old / "docs/deploy/nginx/pages/away.html", old / "companion/content" / STATEMENT
    page.write_text(page.read_text().replace("0808 1000 900", "0808 1000 901"))
    statement.write_text(statement.read_text().replace("version = 4", "version = 5"))
    words = list(words_of(tomllib.loads(statement.read_text())))
    catalogue = Catalog(locale="cy")
    for each in words:
        catalogue.add(each, f"Yn Gymraeg: {each}")
    (old / IN_WELSH).parent.mkdir(parents=True)
    with (old / IN_WELSH).open("wb") as po:
        write_po(po, catalogue)
    for file in (page, machine.site, machine.folder / "etc/companion/companion.env"):
        file.chmod(0o600)
    folders = (page.parent, machine.folder / "etc/companion", machine.versions, machine.unpacks(2))
    for folder in folders:
        folder.chmod(0o700)
    before = closed(machine.settings, machine.folder)
    said = machine.types("umask 077", "/opt/companion/2/docs/deploy/upgrade")
    return Changed(machine, before, words, said)


def test_upgrading_keeps_nginx_pages_that_an_operator_has_changed(
    changed: Changed,
) -> None:
    there, own = changed.machine.folder / "etc/companion/pages", "docs/deploy/nginx/pages/away.html"
    assert (there / "away.html").read_text() == (changed.machine.versions / "1" / own).read_text()
    assert "away.html has words of your own" in changed.said
    assert (there / "wait.html").read_text() == (DEPLOY / "nginx/pages/wait.html").read_text()


def test_installed_files_stay_readable_after_an_upgrade_whatever_the_umask(
    changed: Changed,
) -> None:
    machine = changed.machine
    assert "/etc/nginx/sites-enabled/companion" in changed.closed_before
    assert closed(machine.settings, machine.folder) == []
    pages, version = machine.folder / "etc/companion/pages", machine.versions / "2"
    assert [each for each in (pages, *pages.iterdir(), version, version.parent) if not is_open(each)] == []
    assert not is_open(machine.folder / "etc/companion/companion.env")


def test_upgrading_keeps_the_version_number_of_the_confidentiality_statement_that_people_accepted(
    changed: Changed,
) -> None:
    assert "version 5 is in force" in changed.said


def test_upgrading_imports_the_welsh_confidentiality_statement_that_the_service_wrote(
    changed: Changed,
) -> None:
    machine = changed.machine
    in_welsh = tomllib.loads(machine.types("companion policies export statement --language cy"))
    assert in_welsh["language"] == "cy" and in_welsh["version"] == 5
    assert list(words_of(in_welsh)) == [f"Yn Gymraeg: {each}" for each in changed.words]
    again = f"statement, {machine.versions}/1/{IN_WELSH}: version 5 is in force."
    assert again in changed.said and again not in machine.upgrades(2)


@pytest.mark.full
def test_an_imported_retention_schedule_survives_a_rollback_and_a_second_upgrade(
    machine: Machine,
) -> None:
    machine.unpacks(2)
    machine.upgrades(2)
    newest = machine.folder / "newest.toml"
    newest.write_text(OWN_RETENTION.replace("days = 5000", "days = 6000"))
    machine.types(f"companion policies import retention - < {newest}")
    (machine.versions / "current").unlink()
    (machine.versions / "current").symlink_to("1")
    said = machine.upgrades(2)
    assert "The service's own retention is in force, and stays." in said
    store = open_store(machine.settings)
    with store.reading() as tx:
        assert [rule.days for rule in policies.schedule(tx).rule if rule.id == "over"] == [6000]
    store.close()


def goes_to(machine: Machine, number: int) -> None:
    """Switch to another version with the commands from older versions' documents."""
    machine.types(f"ln -sfnT {number} /opt/companion/current")


@pytest.mark.full
def test_upgrading_with_an_older_versions_instructions_keeps_local_changes(
    machine: Machine,
) -> None:
    old = machine.versions / "1/docs/deploy/nginx/pages/away.html"
    old.write_text(old.read_text().replace("0808 1000 900", "0808 1000 901"))
    machine.unpacks(2)
    machine.types("COMPANION_VERSION=/opt/companion/2 /opt/companion/2/docs/deploy/companion migrate")
    goes_to(machine, 2)
    said = machine.upgrades(2)
    assert f"retention, {machine.versions}/1/companion/content/retention.toml: version 1 is in force." in said
    there = machine.folder / "etc/companion/pages/away.html"
    assert there.read_text() == old.read_text()
    assert in_force(machine) == [5000]


def in_force(machine: Machine) -> list[int | None]:
    store = open_store(machine.settings)
    with store.reading() as tx:
        found = [rule.days for rule in policies.schedule(tx).rule if rule.id == "over"]
    store.close()
    return found


@pytest.mark.full
def test_a_second_upgrade_reports_policies_that_were_edited_since_the_first_upgrade(
    machine: Machine,
) -> None:
    folder = machine.versions / "1/companion/content"
    statement, retention = folder / STATEMENT, folder / "retention.toml"
    statement.write_text(statement.read_text().replace("version = 4", "version = 6"))
    machine.unpacks(2)
    machine.upgrades(2)
    goes_to(machine, 1)
    said = machine.upgrades(2)
    assert "and stays." in said and "says something else" not in said
    goes_to(machine, 1)
    statement.write_text(statement.read_text().replace("version = 6", "version = 7"))
    retention.write_text(OWN_RETENTION.replace("days = 5000", "days = 6000"))
    said = machine.upgrades(2)
    named = re.findall(
        r"says something else, .* To take it over, call “(companion policies import [^”]+)”", said
    )
    assert len(named) == 2 and in_force(machine) == [5000]
    assert "statement, what was given: version 7 is in force." in machine.types(*named)
    assert in_force(machine) == [6000]
    goes_to(machine, 1)
    statement.write_text(f"{statement.read_text()}".replace("version = 7", "version = 5"))
    assert "To take it over, give it a version above 7 and call" in machine.upgrades(2)


@pytest.mark.full
def test_a_half_translated_confidentiality_statement_is_imported_only_in_english(machine: Machine) -> None:
    folder = machine.versions / "1/companion"
    own = folder / "content" / STATEMENT
    own.write_text(own.read_text().replace("version = 4", "version = 5"))
    file = machine.versions / "1" / IN_WELSH
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    machine.unpacks(2)
    assert "version 5 is in force" in machine.upgrades(2)
    with pytest.raises(AssertionError, match="There is none in this language"):
        machine.types("companion policies export statement --language cy")


def test_doctor_reports_files_that_nginx_cannot_read(upgraded: Machine, tmp_path: Path) -> None:
    for each in ("etc", "usr"):
        shutil.copytree(upgraded.folder / each, tmp_path / each)
    assert closed(upgraded.settings, tmp_path) == []
    (tmp_path / "etc/companion/pages/away.html").chmod(0o600)
    (tmp_path / "etc/systemd/system/companion.service").chmod(0o600)
    found = closed(upgraded.settings, tmp_path)
    assert found == ["/etc/systemd/system/companion.service", "/etc/companion/pages/away.html"]
    (tmp_path / "etc/companion").chmod(0o700)
    found = closed(upgraded.settings, tmp_path)
    assert found == ["/etc/systemd/system/companion.service", "/etc/companion"]
    said = health.installed(found, found).says
    assert (
        "can't read /etc/systemd/system/companion.service, /etc/companion: call docs/deploy/upgrade" in said
    )


def test_the_doctor_command_reports_installed_files_that_differ_from_this_version(
    upgraded: Machine, tmp_path: Path
) -> None:
    for each in ("etc", "usr"):
        shutil.copytree(upgraded.folder / each, tmp_path / each)
    (tmp_path / "usr/local/bin/companion").write_text((DEPLOY / "companion").read_text())
    assert differing(upgraded.settings, tmp_path) == []
    unit = tmp_path / "etc/systemd/system/companion.service"
    unit.write_text(unit.read_text().replace("NoNewPrivileges=yes\n", ""))
    site = tmp_path / "etc/nginx/sites-enabled/companion"
    site.write_text(f"{site.read_text()}\n# a line of the service's own\n")
    page = tmp_path / "etc/companion/pages/wait.html"
    page.write_text(page.read_text().replace('action="/leave"', 'action="/elsewhere"'))
    assert differing(upgraded.settings, tmp_path) == [
        "/etc/systemd/system/companion.service",
        "/etc/companion/pages/wait.html",
    ]
