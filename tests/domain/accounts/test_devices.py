"""Test that Companion stores only the browser's name and the kind of device."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from companion.domain.accounts.devices import BROWSERS, SYSTEMS, DeviceKind, kind_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/130.0 Mobile Safari/537.36",
            DeviceKind("Chrome", "android"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Safari/537.36 Edg/130.0",
            DeviceKind("Edge", "windows"),
        ),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0 Safari/537.36 OPR/115",
            DeviceKind("Opera", "linux"),
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64) {WEBKIT} Chrome/130.0 Safari/537.36",
            DeviceKind("Chrome", "chromebook"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604",
            DeviceKind("Safari", "iphone"),
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) CriOS/130 Safari/604", DeviceKind("Chrome", "ipad")),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:132.0) Firefox/132.0",
            DeviceKind("Firefox", "mac"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/26 Chrome/122 Safari/537.36",
            DeviceKind("Samsung Internet", "android"),
        ),
        ("curl/8.0", DeviceKind()),
        ("", DeviceKind()),
    ],
)
def test_common_browsers_and_kinds_of_device_are_recognised(says: str, kind: DeviceKind) -> None:
    assert kind_of(says) == kind


@given(says=some.text())
def test_the_user_agent_string_itself_is_never_stored(says: str) -> None:
    kind = kind_of(says)
    assert kind.browser in {"", *(name for _, name in BROWSERS)}
    assert kind.system in {"", *(name for _, name in SYSTEMS)}
