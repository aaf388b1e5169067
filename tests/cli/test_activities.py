"""Test that authors can check, import and export activity files."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from companion import content
from companion.cli.activities import activities as command
from companion.domain.activities.activity import read
from companion.domain.activities.answers import kinds
from companion.services.act import Actor
from companion.services.authoring import approval, drafts
from companion.store.activities import library
from companion.store.base import Store
from tests.cast import Cast
from tests.domain.planted import ASK, LONG, PLANTED, SOUND, Planted
from tests.stored import stored

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


def check(*files: Path) -> Result:
    """Run ``activities check``, which needs no database."""
    return plain(CliRunner().invoke(command, ["check", *map(str, files)]))


def plain(done: Result) -> Result:
    """Check that the command printed no traceback, and return its result."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done


@pytest.fixture
def run(app: Flask) -> Run:
    """Run commands such as ``run("import", file)`` on the test's databases."""

    def invoke(*words: object) -> Result:
        with app.app_context():
            return plain(app.test_cli_runner().invoke(args=["activities", *map(str, words)]))

    return invoke


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """Return the file of a valid activity."""
    return put(tmp_path / "walk.toml", SOUND)


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def newest(store: Store) -> dict[str, library.Version]:
    with store.reading() as tx:
        return {version.activity.id: version for version in library.newest_versions(tx)}


def test_the_checker_finds_no_errors_in_the_starter_library() -> None:
    done = check()
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert len(lines) == len(content.starter_files())
    for line in lines:
        assert re.fullmatch(
            r"\S+\.toml: \d+ prompts, shortest path \d+, longest \d+, 0 faults, 0 warnings", line
        )


def test_checking_a_valid_activity_prints_the_lengths_of_its_shortest_and_longest_paths(
    walk: Path,
) -> None:
    done = check(walk)
    assert done.exit_code == 0
    # The shortest path asks 3 questions: *went*, *in the way* and *again*.
    # On the longest path there are 11 questions: 3, plus 2 for each of 4 list items.
    assert done.output == f"{walk}: 6 prompts, shortest path 3, longest 11, 0 faults, 0 warnings\n"


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.key}-{planted.line}")
def test_an_error_in_an_activity_is_reported_with_its_line_and_remedy(
    planted: Planted, tmp_path: Path
) -> None:
    assert len(PLANTED) >= 30
    file = put(tmp_path / "walk.toml", planted.data)
    done = check(file)
    words = " ".join(content._sentences("en")[planted.key].values())
    sentences = re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(words))
    prompt = f'prompt "{planted.prompt}": ' if planted.prompt else ""
    told = re.compile(rf"{re.escape(str(file))}:{planted.line}: (warning: )?{re.escape(prompt)}{sentences}")
    found = [match for line in done.output.splitlines() if (match := told.fullmatch(line))]
    assert len(found) == 1, done.output
    assert done.exit_code == (0 if found[0][1] else 1)


def test_an_error_message_names_the_prompt_that_contains_the_error(tmp_path: Path) -> None:
    back = check(put(tmp_path / "a.toml", SOUND.replace('to = "again"', 'to = "went"'))).output
    assert 'prompt "in-the-way": A branch leads back to prompt "went". Branches lead forward only' in back
    idle = SOUND.replace('to = "again"', 'to = "again"\n\n[[prompts.branches]]\nto = "end"')
    assert "The branch to the end is never taken" in check(put(tmp_path / "b.toml", idle)).output


def test_a_warning_disappears_after_it_is_accepted(tmp_path: Path) -> None:
    file = put(tmp_path / "walk.toml", SOUND.replace(ASK, f'ask = "{LONG}"'))
    done = check(file)
    assert done.exit_code == 0 and done.output.endswith("0 faults, 1 warning\n")
    keep = re.search(r"accept it in the file: (.*)", done.output)
    assert keep
    accepted = keep[1].replace(", ", "\n").replace("…", "It is a quotation.")
    put(file, f"{file.read_text()}\n[[accepted]]\n{accepted}\n")
    assert check(file).output.endswith("0 faults, 0 warnings\n")


def test_two_activity_files_with_the_same_id_cause_an_error(walk: Path, tmp_path: Path) -> None:
    twin = put(tmp_path / "twin.toml", SOUND)
    broken = put(tmp_path / "broken.toml", "format = 1")
    done = check(walk, broken, twin)
    assert done.exit_code == 1
    assert [line.partition(": ")[0] for line in done.output.splitlines()] == [
        str(walk), *[f"{broken}:1"] * 5, str(broken), f"{twin}:2", str(twin),
    ]  # fmt: skip
    assert f"“{walk}” has the same id." in done.output


def test_an_unreadable_activity_file_is_reported_in_one_sentence(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        done = check(path)
        assert done.exit_code == 1
        assert done.output.startswith(f"Error: {path} cannot be read: {why}")
        assert len(done.output.splitlines()) == 1
    assert "is too large" in check(Path("/dev/zero")).output


def test_control_characters_in_an_activity_file_never_reach_the_terminal(tmp_path: Path) -> None:
    done = check(put(tmp_path / "walk.toml", SOUND.replace("minutes = 5", 'minutes = 5\n"\\u001b[2J" = 1')))
    assert (
        "\x1b" not in done.output
        and "“\N{REPLACEMENT CHARACTER}[2J” isn't a key that works here" in done.output
    )


def test_new_and_changed_activities_wait_for_a_leads_approval_after_an_import(
    run: Run, store: Store, walk: Path, cast: Cast
) -> None:
    done = run("import", walk)
    assert (done.exit_code, done.output) == (0, f"{walk}: version 1, waiting for a lead's approval\n")
    first = newest(store)["a-walk"]
    assert (first.activity, first.number, first.state) == (
        read(SOUND.encode()),
        1,
        library.VersionState.CHECKED,
    )

    approval.approve(Actor(store, cast.margaret.viewer, cast.now), first.id, first.revision)
    before = stored(store)
    assert run("import", walk).output == f"{walk}: unchanged\n"
    assert stored(store) == before

    put(walk, SOUND.replace("minutes = 5", "minutes = 6"))
    assert run("import", walk).output == f"{walk}: version 2, waiting for a lead's approval\n"
    second = newest(store)["a-walk"]
    assert (second.activity.minutes, second.approved_at) == (6, None)
    with store.reading() as tx:
        assert library.version(tx, first.id).activity.minutes == 5


def test_a_warning_about_an_activity_does_not_stop_the_import(run: Run, store: Store, walk: Path) -> None:
    put(walk, SOUND.replace(ASK, f'ask = "{LONG}"'))
    done = run("import", walk)
    assert done.exit_code == 0
    assert "warning" in done.output and "version 1, a draft until" in done.output
    assert newest(store)["a-walk"].number == 1


@pytest.mark.parametrize(
    "broken",
    [b"", b"[" * 150_000, b"\xff", SOUND.replace('to = "seen"', 'to = "sea"').encode(), SOUND.encode()],
    ids=["nothing", "brackets", "no text", "a fault", "the same id"],
)
def test_an_error_in_one_activity_file_stops_the_whole_import(
    broken: bytes, run: Run, store: Store, walk: Path, tmp_path: Path
) -> None:
    before = stored(store)
    done = run("import", walk, put(tmp_path / "broken.toml", broken))
    assert done.exit_code == 1
    assert "broken.toml:" in done.output and done.output.endswith("Error: Nothing was imported.\n")
    assert stored(store) == before


def test_a_refused_import_stores_none_of_the_files(
    run: Run, store: Store, cast: Cast, walk: Path, tmp_path: Path
) -> None:
    origin = newest(store)["a-week-of-choices"]
    drafts.adapt(Actor(store, cast.priya.viewer, cast.now), cast.sam.enrolment_id, origin.id, uuid4())
    with store.reading() as tx:
        (own,) = library.own_versions(tx, cast.sam.enrolment_id)
    before = stored(store)
    taken = put(tmp_path / "own.toml", SOUND.replace('"a-walk"', f'"{own.activity.id}"'))
    done = run("import", walk, taken)
    assert done.exit_code == 1 and "for one participant only. Nothing was imported." in done.output
    after = stored(store)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"audit_entries", "tries"}  # the only new rows record that the import was refused
    # an activity written for one participant isn't exported with the library either
    assert run("export", own.activity.id).exit_code == 1


def test_exporting_and_importing_the_library_leaves_it_unchanged(
    run: Run, store: Store, tmp_path: Path
) -> None:
    before = stored(store)
    assert run("export", "--all", tmp_path / "out").output == ""
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == [file.name for file in content.starter_files()]
    assert tuple(read(file.read_bytes()) for file in files) == content.starter_activities()
    assert run("import", *files).output == "".join(f"{file}: unchanged\n" for file in files)
    assert stored(store) == before
    assert check(*files).exit_code == 0


def test_one_activity_can_be_exported_to_the_terminal_or_a_file(run: Run, tmp_path: Path, walk: Path) -> None:
    run("import", walk)
    printed = run("export", "a-walk").output
    assert read(printed.encode()) == read(SOUND.encode())
    assert run("export", "a-walk", "--to", tmp_path / "new" / "again.toml").output == ""
    assert (tmp_path / "new" / "again.toml").read_text() == printed


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["export"], "Name either one activity"),
        (["export", "a-walk", "--all", "out"], "Name either one activity"),
        (["export", "--all", "out", "--to", "file"], "Name either one activity"),
        (["export", "a-walk"], "There is no activity “a-walk”."),
        (["export", "a-week-of-choices", "--to", "/"], "/ cannot be written: Is a directory"),
        (["import"], "Missing argument"),
    ],
)
def test_if_the_activities_command_fails_it_says_why(words: list[str], why: str, run: Run) -> None:
    done = run(*words)
    assert done.exit_code != 0 and why in done.output


def test_the_json_schema_of_an_activity_includes_every_kind_of_prompt(run: Run) -> None:
    schema = json.loads(run("schema").output)
    kind = schema["$defs"]["Activity"]["properties"]["prompts"]["items"]["discriminator"]
    assert kind["mapping"].keys() == kinds().keys()


def test_an_activity_in_two_languages_is_exported_as_two_files(
    run: Run, walk: Path, store: Store, tmp_path: Path
) -> None:
    welsh = put(tmp_path / "tro.toml", SOUND.replace("format = 1", 'format = 1\nlanguage = "cy"', 1))
    assert check(walk, welsh).exit_code == 0
    assert run("import", walk, welsh).output.count("version 1, ") == 2
    assert run("import", walk, welsh).output.count("unchanged") == 2
    slug = read(SOUND.encode()).id
    assert 'language = "cy"' in run("export", slug, "--language", "cy").output
    assert 'language = "cy"' not in run("export", slug).output
    assert run("export", slug, "--language", "ga").exit_code == 1
    assert run("export", "--all", tmp_path / "all").exit_code == 0
    written = {file.name for file in (tmp_path / "all").iterdir()}
    assert {f"{slug}.toml", f"{slug}.cy.toml"} <= written
