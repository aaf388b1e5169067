"""Encrypt backups with a public key.

The server doesn't have the private key. The algorithm, X-Wing, combines X25519 with ML-KEM-768. Even a future
quantum computer can't decrypt a backup.
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
"""The maximum number of bytes that are read from a key file. A key is about 2,000 bytes long."""


class Recipient:
    """The public key."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self.id = keysets.primary(keyset)
        self._encrypt = keyset.primitive(hybrid.HybridEncrypt)

    def seal(self, key: bytes) -> bytes:
        """Encrypt a backup file's key."""
        return bytes(self._encrypt.encrypt(key, _FOR))


class Holder:
    """The private key."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self.id = keysets.primary(keyset)
        self._decrypt = keyset.primitive(hybrid.HybridDecrypt)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt a backup file's key. Raise ``TinkError`` if the key was encrypted for another recipient."""
        return bytes(self._decrypt.decrypt(sealed, _FOR))


def pair() -> tuple[Recipient, Holder]:
    """Return a new key pair: a public key and its private key."""
    keyset = tink.new_keyset_handle(_NEW_PAIR)
    return Recipient(keyset.public_keyset_handle()), Holder(keyset)


def make_pair(public: Path, private: Path) -> int:
    """Write a new public key and its private key to new files. Return the key pair's id.

    Raise ``OSError`` if one of the files already exists.
    """
    keyset = tink.new_keyset_handle(_NEW_PAIR)
    write_new(private, keysets.written(keyset))
    shown = tink.json_proto_keyset_format.serialize_without_secret(keyset.public_keyset_handle())
    write_new(public, json.dumps(json.loads(shown), separators=(",", ":")), ALL_MAY_READ)
    return keysets.primary(keyset)


def read_public(path: Path) -> Recipient:
    """Read a public key from its file.

    Raise ``BadBackup`` if the file contains anything except a public key. The private key must not be on the
    machine that makes backups.
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
    """Read a private key from its file. Raise ``BadBackup`` if the file contains anything except a private
    key.
    """
    try:
        return Holder(tink.json_proto_keyset_format.parse(_read(path), secret_key_access.TOKEN))
    except tink.TinkError as error:
        raise BadBackup(f"{path} is no private half, as “companion backup recipient” makes it.") from error


def _read(path: Path) -> str:
    """Read a key file."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE).decode(errors="replace")
