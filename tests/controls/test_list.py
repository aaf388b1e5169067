"""Test that the list of security controls matches the code."""

from tests.controls import ROWS, listed


def test_every_listed_control_and_its_tests_exist() -> None:
    assert [each for control in listed() for each in control.amiss()] == []


def test_every_threat_has_a_control_in_the_list() -> None:
    assert {control.row for control in listed()} == set(ROWS)
    names = [control.name for control in listed()]
    assert len(set(names)) == len(names) and max(map(len, names)) <= 70
