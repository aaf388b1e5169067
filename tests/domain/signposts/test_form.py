"""Test that valid signpost forms are accepted, and that each error says which field it's about."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.content import shipped_directory
from companion.domain.refusals import Rejected
from companion.domain.signposts.form import COLUMNS, form_of, row_count, typed_signpost
from companion.domain.signposts.opening_hours import Always, ToBeConfirmed, Weekly
from companion.domain.signposts.signposts import Directory, Signpost, Telephone, from_json, to_json

CHECKED, TODAY = date(2026, 11, 24), date(2026, 12, 1)
SHIPPED = {signpost.id: signpost for signpost in shipped_directory().signposts}
HELPLINE = form_of(SHIPPED["helpline"])
EVERY_FIELD = sorted({*HELPLINE, "over", *(column for columns in COLUMNS.values() for column in columns)})


def typed(**changes: list[str]) -> Signpost:
    """Submit the helpline's form with these changed fields, and return the resulting signpost.

    ``_`` in a field's name means ``-``.
    """
    form = {**HELPLINE, **{name.replace("_", "-"): texts for name, texts in changes.items()}}
    return typed_signpost(form, "helpline", SHIPPED["helpline"], TODAY)


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_saving_an_unchanged_signpost_form_changes_nothing(key: str) -> None:
    assert typed_signpost(form_of(SHIPPED[key]), key, SHIPPED[key], TODAY) == SHIPPED[key]


def test_changing_a_signposts_telephone_number_marks_it_as_checked_today() -> None:
    assert typed(name=["Helpline"]).checked == CHECKED
    assert typed(call_option=["2"]).checked == TODAY
    assert typed_signpost(HELPLINE, "new", None, TODAY).checked == TODAY


def test_telephone_numbers_can_be_typed_with_spaces() -> None:
    way = typed(call_dial=["+44 (0)808 1000-900".replace("(0)", "")]).ways[0]
    assert isinstance(way, Telephone) and way.dial == "+448081000900"


def test_empty_rows_of_the_signpost_form_are_ignored() -> None:
    signpost = typed(
        call_shown=["", "0808 1000 900"],
        call_dial=[" ", "+448081000900"],
        call_option=["", ""],
        call_cost=["free", "free"],
    )
    assert signpost.ways == SHIPPED["helpline"].ways
    assert row_count({"call-shown": ["", "999", ""]}, "call") == 2
    assert row_count({"days": ["3-monday"]}, "hours") == 3
    assert row_count({}, "hours") == 0


def test_opening_hours_can_end_at_midnight_or_after_it() -> None:
    night = {
        "days": ["1-saturday", "1-friday", "2-sunday"],
        "from": ["22:00", "20:00"],
        "until": ["02:00", "00:00"],
    }
    when = typed_signpost({**HELPLINE, **night, "over": ["1", "2"]}, "x", None, TODAY).when
    assert isinstance(when, Weekly)
    assert [(h.days, h.start, h.until, h.over_midnight) for h in when.hours] == [
        (("friday", "saturday"), "22:00", "02:00", True),
        (("sunday",), "20:00", "00:00", True),
    ]


def test_opening_hours_in_a_signpost_form_are_used_only_if_weekly_hours_were_chosen() -> None:
    assert typed(when=["always"]).when == Always()
    assert typed(when=["to-be-confirmed"], days=["1-monday"]).when == ToBeConfirmed()


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        ({"name": [""]}, "empty", "name"),
        ({"name": ["x" * 201]}, "too_long", "name"),
        ({"name_cy": ["a\nb"]}, "one_line", "name-cy"),
        ({"note": [""], "note_cy": ["Cymorth"]}, "empty", "note"),
        ({"needs": []}, "nothing_chosen", "needs"),
        ({"needs": ["a-boat"]}, "nothing_chosen", "needs"),
        ({"call_shown": [""]}, "empty", "call-shown-1"),
        ({"call_shown": ["call us"]}, "bad_number", "call-shown-1"),
        ({"call_shown": ["0808 1000 901"]}, "other_number", "call-dial-1"),
        ({"call_dial": [""]}, "empty", "call-dial-1"),
        ({"call_dial": ["08081000900"]}, "bad_dial", "call-dial-1"),
        ({"call_dial": ["+44808100"]}, "bad_dial", "call-dial-1"),
        ({"call_dial": ["+448081000900\u0661"]}, "bad_dial", "call-dial-1"),
        ({"call_option": ["two"]}, "bad_option", "call-option-1"),
        ({"call_option": ["٢"]}, "bad_option", "call-option-1"),
        ({"call_cost": ["dear"]}, "not_offered", "call-cost-1"),
        ({"text_keyword": ["SHOUT"]}, "empty", "text-number-1"),
        ({"text_number": ["85258"]}, "empty", "text-keyword-1"),
        ({"text_number": ["1"], "text_keyword": ["SHOUT"]}, "bad_dial", "text-number-1"),
        ({"web_address": ["http://somewhere.example"]}, "bad_address", "web-address-1"),
        ({"web_address": ["https://a@elsewhere.example"]}, "bad_address", "web-address-1"),
        ({"web_address": ["https://["]}, "bad_address", "web-address-1"),
        ({"web_address": ["javascript:alert(1)"]}, "bad_address", "web-address-1"),
        ({"web_label": [""]}, "empty", "web-label-1"),
        ({"when": [""]}, "not_offered", "when"),
        ({"from": ["25:00", "09:00"]}, "bad_time", "from-1"),
        ({"until": ["21:00", "24:00"]}, "bad_time", "until-2"),
        ({"until": ["٢١:٠٠", "17:00"]}, "bad_time", "until-1"),
        ({"until": ["08:00", "17:00"]}, "ends_before_it_begins", "until-1"),
        ({"until": ["09:00", "17:00"]}, "ends_before_it_begins", "until-1"),
        ({"over": ["2"]}, "longer_than_a_day", "until-2"),
        ({"days": ["1-monday"]}, "no_days", "days-2"),
        ({"days": ["1-monday", "2-monday"]}, "hours_overlap", "days-1"),
        ({"days": [], "from": [], "until": []}, "no_hours", "days-1"),
        ({"nations": []}, "nothing_chosen", "nations"),
        ({"bank_holidays": ["sometimes"]}, "not_offered", "bank-holidays"),
        ({"confirmed": [""]}, "not_offered", "confirmed"),
        ({"call_shown": ["999"] * 5, "call_dial": ["999"] * 5}, "too_many", "call-shown-1"),
    ],
)
def test_an_invalid_value_in_the_signpost_form_is_refused_at_its_field(
    changes: dict[str, list[str]], key: str, field: str
) -> None:
    with pytest.raises(Rejected) as rejected:
        typed(**changes)
    assert [(each.key, each.field) for each in rejected.value.problems] == [(key, field)]


def test_a_signpost_without_contact_details_cannot_be_marked_as_confirmed() -> None:
    nothing = {name: [""] for name in ("call_shown", "call_dial", "web_address", "web_shown", "web_label")}
    with pytest.raises(Rejected) as rejected:
        typed(**nothing, confirmed=["yes"])
    assert [(each.key, each.field) for each in rejected.value.problems] == [("no_way", "call-shown-1")]
    assert typed(**nothing, confirmed=["no"]).ways == ()


def test_all_problems_with_a_signpost_form_are_reported_at_once() -> None:
    with pytest.raises(Rejected) as rejected:
        typed(name=[""], needs=[], call_option=["two"], until=["08:00", "24:00"], confirmed=[])
    fields = [each.field for each in rejected.value.problems]
    assert fields == ["name", "needs", "call-option-1", "until-1", "until-2", "confirmed"]


TEXTS = st.sampled_from(
    ["", "999", "+448081000900", "https://a.example", "09:00", "21:00", "always", "weekly", "yes", "1-monday"]
)


@given(
    st.dictionaries(st.sampled_from(EVERY_FIELD), st.lists(st.text(max_size=8) | TEXTS, max_size=9)),
    st.booleans(),
)
def test_every_signpost_that_the_form_accepts_can_be_stored_and_loaded_unchanged(
    form: dict[str, list[str]], half_right: bool
) -> None:
    try:
        signpost = typed_signpost({**HELPLINE, **form} if half_right else form, "x", None, TODAY)
    except Rejected:
        return
    stored = Directory(format=1, signposts=(signpost,))
    assert from_json(to_json(stored)) == stored
    assert typed_signpost(form_of(signpost), "x", signpost, TODAY) == signpost
    assert msgspec.convert(msgspec.to_builtins(signpost), type=Signpost) == signpost
