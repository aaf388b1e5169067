"""A simulated passkey device (WebAuthn), together with its browser."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A device with a passkey for one site."""

    host: str = "localhost"
    origin: str = "http://localhost"
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def makes(self, options: str) -> str:
        """Return the browser's response after creating the passkey."""
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        known = b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | VERIFIED | WITH_KEY) + known}
        client = self._client("webauthn.create", asked["challenge"])
        return self._sent(clientDataJSON=client, attestationObject=cbor2.dumps(made))

    def signs(self, options: str) -> str:
        """Return the response that a browser sends after the device has signed the challenge."""
        asked = json.loads(options)
        assert b64(self.credential_id) in [each["id"] for each in asked["allowCredentials"]]
        return self.signs_challenge(asked["challenge"])

    def signs_challenge(self, challenge: str) -> str:
        """Return a signed response for any challenge, even an unknown challenge."""
        self.count += 1 if self.count else 0
        client, data = self._client("webauthn.get", challenge), self._data(PRESENT | VERIFIED)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _sent(self, **response: bytes) -> str:
        passkey: dict[str, Any] = {"id": b64(self.credential_id), "rawId": b64(self.credential_id)}
        parts = {name: b64(part) for name, part in response.items()}
        return json.dumps({**passkey, "type": "public-key", "response": parts})
