"""Test which URLs the attack tools skip, and which URLs count as visited."""

from flask import Flask

from companion.domain.people import Role
from tests.tools.addresses import Addresses


def test_attack_tools_avoid_urls_that_end_a_session(app: Flask) -> None:
    addresses = Addresses(app)
    assert addresses.ending("*") == [
        "/leave",
        "/sign-out",
        "/account/sessions/*/ending",
        "/account/sessions/ending",
        "/account/signing-in/passphrase",
    ]
    assert "/account/sessions" in addresses.beginnings(Role.PARTICIPANT)


def test_public_pages_are_not_counted_as_pages_for_a_single_role(app: Flask) -> None:
    addresses = Addresses(app)
    plan = addresses.kind("GET", "/my/plan")
    assert addresses.is_of(plan, Role.PARTICIPANT) and not addresses.is_of(plan, Role.PRACTITIONER)
    for path in ("/help", "/sign-in", "/nowhere"):
        assert not addresses.is_of(addresses.kind("GET", path), Role.PARTICIPANT)
