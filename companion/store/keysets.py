"""Functions for Tink keysets.

Only the primary key of a keyset encrypts data, but every key in the keyset can decrypt data.
"""

import json
from collections.abc import Collection
from typing import Any

import tink
from tink import aead, secret_key_access

aead.register()
_NEW_KEY = aead.aead_key_templates.AES256_GCM
_TINK_VERSION = b"\x01"


def new() -> tink.KeysetHandle:
    return tink.new_keyset_handle(_NEW_KEY)


def ids(keyset: tink.KeysetHandle) -> tuple[int, ...]:
    """Return the ids of the keyset's keys, oldest first."""
    return tuple(key.key_id for key in keyset.keyset_info().key_info)


def primary(keyset: tink.KeysetHandle) -> int:
    """Return the id of the keyset's primary key."""
    return int(keyset.keyset_info().primary_key_id)


def retired(keyset: tink.KeysetHandle) -> tuple[int, ...]:
    """Return the ids of all keys in the keyset except the primary key."""
    return tuple(each for each in ids(keyset) if each != primary(keyset))


def with_new_key(
    keyset: tink.KeysetHandle, *, primary: bool, taken: Collection[int] = ()
) -> tink.KeysetHandle:
    """Return a copy of the keyset with a new key added.

    The new key gets an id that isn't in ``taken``. With ``primary``, the new key becomes the keyset's primary
    key.
    """
    more = new()
    while set(ids(more)) & {*ids(keyset), *taken}:
        more = new()
    plain = _plain(keyset)
    plain["key"] += _plain(more)["key"]
    if primary:
        plain["primaryKeyId"] = ids(more)[0]
    return parsed(json.dumps(plain))


def only(keyset: tink.KeysetHandle, *key_ids: int) -> tink.KeysetHandle:
    """Return a copy of the keyset that contains only the given keys.

    If the primary key isn't among the given keys, the oldest of the given keys becomes primary.
    """
    plain = _plain(keyset)
    plain["key"] = [each for each in plain["key"] if each["keyId"] in key_ids]
    if plain["primaryKeyId"] not in key_ids:
        plain["primaryKeyId"] = plain["key"][0]["keyId"]
    return parsed(json.dumps(plain))


def mark(key_id: int) -> bytes:
    """Return the common prefix of a key's ciphertexts: Tink's version byte and the key's id."""
    return _TINK_VERSION + key_id.to_bytes(4, "big")


def marked(sealed: bytes) -> int:
    """Return the id of the key that made a ciphertext."""
    return int.from_bytes(sealed[1:5], "big")


def wrap(keyset: tink.KeysetHandle, wrapping: aead.Aead, owner: str) -> bytes:
    """Encrypt a keyset with the wrapping key, for storage in the key store."""
    return bytes(tink.proto_keyset_format.serialize_encrypted(keyset, wrapping, owner.encode()))


def unwrap(wrapped: bytes, wrapping: aead.Aead, owner: str) -> tink.KeysetHandle:
    """Decrypt a wrapped keyset. Raise ``TinkError`` if the keyset can't be decrypted."""
    return tink.proto_keyset_format.parse_encrypted(wrapped, wrapping, owner.encode())


def written(keyset: tink.KeysetHandle) -> str:
    """Return the unencrypted keyset as one line of JSON."""
    return json.dumps(_plain(keyset), separators=(",", ":"))


def parsed(text: str) -> tink.KeysetHandle:
    """Parse a keyset from the JSON that ``written`` returns.

    Raise ``TinkError`` if the JSON isn't a valid keyset.
    """
    return tink.json_proto_keyset_format.parse(text, secret_key_access.TOKEN)


def _plain(keyset: tink.KeysetHandle) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(
        tink.json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
    )
    return plain
