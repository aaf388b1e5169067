"""Encryption of backups: the public half of a key stays on the server, the private half is kept elsewhere.

X-Wing joins X25519 with ML-KEM-768, so that a future quantum computer alone can't open today's copies.
"""

import json
from pathlib import Path

import tink
from tink import hybrid, secret_key_access

from companion.store import keysets
from companion.store.disk import ALL_MAY_READ, write_new
from companion.store.operations.backups import BadBackup

hybrid.register()
_NEW_PAIR = hybrid.hybrid_key_templates.X_WING_HKDF_SHA256_HKDF_SHA256_AES_256_GCM
_FOR = b"companion backup"
LARGEST_FILE = 100_000
"""In bytes; either half has about 2,000."""


class Recipient:
    """The public half: it seals, and opens nothing."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self.id = keysets.primary(keyset)
        self._encrypt = keyset.primitive(hybrid.HybridEncrypt)

    def seal(self, key: bytes) -> bytes:
        """Seal one file's key."""
        return bytes(self._encrypt.encrypt(key, _FOR))


class Holder:
    """The private half."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self.id = keysets.primary(keyset)
        self._decrypt = keyset.primitive(hybrid.HybridDecrypt)

    def open(self, sealed: bytes) -> bytes:
        """Return one file's key. Raise ``TinkError``."""
        return bytes(self._decrypt.decrypt(sealed, _FOR))


def pair() -> tuple[Recipient, Holder]:
    """Return both halves of a new key, which is written nowhere."""
    keyset = tink.new_keyset_handle(_NEW_PAIR)
    return Recipient(keyset.public_keyset_handle()), Holder(keyset)


def make_pair(public: Path, private: Path) -> int:
    """Write both halves of a new key to files that don't exist yet; return its number. Raise ``OSError``."""
    keyset = tink.new_keyset_handle(_NEW_PAIR)
    write_new(private, keysets.written(keyset))
    shown = tink.json_proto_keyset_format.serialize_without_secret(keyset.public_keyset_handle())
    write_new(public, json.dumps(json.loads(shown), separators=(",", ":")), ALL_MAY_READ)
    return keysets.primary(keyset)


def read_public(path: Path) -> Recipient:
    """Return the public half. Raise ``BadBackup``, also for the private half, which must not be
    where backups are made.
    """
    try:
        return Recipient(tink.json_proto_keyset_format.parse_without_secret(_read(path)))
    except tink.TinkError as error:
        if "secret" in str(error):
            raise BadBackup(
                f"{path} is the private half. It must not lie where backups are made: take it away, "
                "and give the public one."
            ) from error
        raise BadBackup(f"{path} is no public half, as “companion backup recipient” makes it.") from error


def read_private(path: Path) -> Holder:
    """Return the private half. Raise ``BadBackup``."""
    try:
        return Holder(tink.json_proto_keyset_format.parse(_read(path), secret_key_access.TOKEN))
    except tink.TinkError as error:
        raise BadBackup(f"{path} is no private half, as “companion backup recipient” makes it.") from error


def _read(path: Path) -> str:
    """Return the text; anything longer, or not text, isn't a keyset."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE).decode(errors="replace")
