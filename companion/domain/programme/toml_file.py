"""Write a programme as a TOML file that people can read and compare."""

from companion.domain.activities.toml_files import toml_keys
from companion.domain.programme.programme import Programme, to_plain


def programme_written(programme: Programme) -> bytes:
    """Return a programme as the bytes of a TOML file."""
    plain = to_plain(programme)
    contact, sites, meetings = (plain.pop(name) for name in ("contact", "sites", "meetings"))
    pieces = [toml_keys(plain), "[contact]\n" + toml_keys(contact)]
    pieces += ["[[sites]]\n" + toml_keys(site) for site in sites]
    pieces += ["[[meetings]]\n" + toml_keys(meeting) for meeting in meetings]
    return "\n".join(pieces).encode()
