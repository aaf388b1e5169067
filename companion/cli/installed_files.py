"""Compare installed files with those in ``docs/deploy``, and print the nginx configuration for the portal."""

import re
from collections.abc import Iterator
from pathlib import Path
from stat import S_IROTH, S_ISDIR, S_IXOTH

import click

from companion.cli import context
from companion.cli.file_arguments import A_FILE, printable, read_from, shown
from companion.config import EXIT_URL, Settings

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
SITE = DEPLOY / "nginx" / "companion.conf"
ENABLED = "etc/nginx/sites-enabled/companion"
PAGES = "etc/companion/pages"
BESIDE = "*/docs/deploy/nginx/companion.conf"
"""A pattern for the nginx configuration files in all versions of Companion on this machine."""
INSTALLED_AS = "companion"
SHIPPED_HOST = "portal.example.org"
_HOST = re.compile(r"^\s*server_name ([A-Za-z0-9.-]+);$", re.MULTILINE)
_SERVERS = re.compile(r"(?:^    server [^;{}]+;\n)+", re.MULTILINE)
_CERTIFICATE = {
    name: re.compile(rf"^[ \t]*{name}[ \t]+([^;{{}}\n]+);", re.MULTILINE)
    for name in ("ssl_certificate", "ssl_certificate_key")
}
_FORMS_AND_STYLE = re.compile(r"<style>.*?</style>|<form.*?</form>", re.DOTALL)
"""A regular expression that matches the parts of a page that must be the same in every installation."""


@click.command()
@click.option("--host", help="The portal's name, such as portal.example.org.")
@click.option(
    "--like",
    type=A_FILE,
    metavar="FILE",
    help="An installed site, or “-”, whose name, servers and certificate are kept.",
)
@context.plainly
def nginx(host: str | None, like: Path | None) -> None:
    """Print the nginx configuration of this version of Companion, with the portal's host name and
    COMPANION_EXIT_URL filled in.
    """
    if (host is None) == (like is None):
        raise click.UsageError("Give --host or --like.")
    installed = _site_in(like) if like else ""
    name = host or host_of(installed)
    if like and not name:
        raise click.ClickException(f"{shown(like)} names no host: give it with --host.")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", name):
        raise click.ClickException("That isn't a host name.")
    made = site(name, context.settings(), installed)
    click.echo(made, nl=False)
    if own := own_lines(installed, made, context.settings()):
        click.echo("These lines aren't in any version's site, and are left out:", err=True)
        for line in own:
            click.echo(f"    {printable(line)}", err=True)


def _site_in(file: Path) -> str:
    try:
        return read_from(file).decode()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{shown(file)} is no site of nginx: it isn't text.") from error


def site(host: str, settings: Settings, installed: str = "") -> str:
    """Return the nginx configuration that this version of Companion needs for a host name.

    ``installed`` is the nginx configuration in use now. Copy the ``upstream`` servers and the certificate's
    paths from ``installed`` into the new configuration.
    """
    text = _for_here(SITE.read_text(encoding="utf-8"), host, settings)
    if servers := _SERVERS.search(installed):
        text = _SERVERS.sub(lambda _: servers[0], text, count=1)
    *_, ours = re.split(rf"^\s*server_name {re.escape(host)};$", installed, flags=re.MULTILINE)
    for path in _CERTIFICATE.values():
        here, there = path.search(text), path.search(ours) or path.search(installed)
        if here and there:
            text = f"{text[: here.start(1)]}{there[1]}{text[here.end(1) :]}"
    return text


def _for_here(text: str, host: str, settings: Settings) -> str:
    text = text.replace(SHIPPED_HOST, host).replace(EXIT_URL, settings.exit_url)
    return text.replace(
        "form-action 'self' https://www.bbc.co.uk;", f"form-action 'self' {settings.exit_origin};"
    )


def own_lines(installed: str, made: str, settings: Settings) -> list[str]:
    """Return the lines that an operator has added to the installed nginx configuration."""
    known = _said(made)
    for each in DEPLOY.parents[2].glob(BESIDE):
        shipped = (_text(each) or "").replace(SHIPPED_HOST, host_of(made))
        known |= _said(shipped) | _said(_for_here(shipped, host_of(made), settings))
    return [line for line in _lines(installed) if line not in known]


def host_of(site_text: str) -> str:
    """Return the portal's host name as it appears in an nginx configuration, or an empty string."""
    found = _HOST.search(site_text)
    return found[1] if found else ""


def differing(settings: Settings, root: Path = Path("/")) -> list[str]:
    """Return the files that aren't installed, or whose installed copy lacks a line that this version's copy
    has.
    """
    return [
        str(Path("/", path)) for path, shipped in _shipped(settings, root) if _lacks(root / path, shipped)
    ]


def closed(settings: Settings, root: Path = Path("/")) -> list[str]:
    """Return the installed files, and the folders above them, that some accounts can't open. The portal or
    nginx may be unable to read these files.
    """
    found = (_closed(root, Path(path)) for path, _ in _shipped(settings, root))
    return list(dict.fromkeys(str(Path("/", each)) for each in found if each))


def _closed(root: Path, path: Path) -> Path | None:
    for each in (*reversed(path.parents), path):
        try:
            mode = (root / each).stat().st_mode
        except OSError:
            return None
        if each != Path() and not mode & (S_IXOTH if S_ISDIR(mode) else S_IROTH):
            return each
    return None


def _shipped(settings: Settings, root: Path) -> Iterator[tuple[str, str]]:
    """Yield each file's path on the machine, and its contents in this version of Companion."""
    yield "usr/local/bin/companion", (DEPLOY / "companion").read_text(encoding="utf-8")
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        yield f"etc/systemd/system/{unit.name}", unit.read_text(encoding="utf-8")
    there = _text(root / ENABLED)
    if there is not None:  # a service may use another proxy instead of nginx
        yield ENABLED, site(host_of(there), settings, there)
        for page in sorted((DEPLOY / "nginx" / "pages").iterdir()):
            yield (
                f"{PAGES}/{page.name}",
                "\n".join(_FORMS_AND_STYLE.findall(page.read_text(encoding="utf-8"))),
            )


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def _lacks(path: Path, shipped: str) -> bool:
    there = _text(path) or ""
    if path.suffix == ".html":
        return any(line not in there for line in shipped.splitlines())
    return not _said(shipped) <= _said(there)


def _said(text: str) -> set[str]:
    return set(_lines(text))


def _lines(text: str) -> list[str]:
    """Return the lines of a file's text without comments, indentation and empty lines."""
    lines = (line.partition(" # ")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
