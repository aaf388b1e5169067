"""Test that Welsh expressions which were corrected don't appear again."""

import re

import pytest
from flask import Flask

from companion import content
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers.one_choice import OneChoice
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.answers.yes_no import YesNo
from companion.web.page.i18n import yes_or_no
from companion.web.page.languages import speak
from tests.content.test_catalogues import FILES, catalogue_in, messages
from tests.content.test_voice import Rule

RULES = {
    "Does dim, Dydy, Chafodd … ddim": Rule(
        r"(\bNid?|\bnid|felly ni|, ni|ond ni) (oes\w*|yw|ydyw|ydynt|ellir|all\w*|fydd\w*|cha\w+|che\w+|oedd\w*)\b",
        "Ni ellir agor hwn.",
        "Nid eich cyfrinymadrodd chi yw hwn.",
    ),
    "gyda chi": Rule(r"\bgenn?ych\b", "Mae gennych chi ddewis.", "Mae dewis gyda chi."),
    "e": Rule(r"\bef\b", "Cadwch ef.", "Cadwch e."),
    "nhw": Rule(r"\b(ganddo|iddo|wrtho) (ef|e)\b", "i'w newid iddo e", "i'w newid iddyn nhw"),
    "dwy funud": Rule(r"\bd?dau funud\b", "ymhen dau funud", "ymhen dwy funud"),
    "tabled": Rule(r"\bl?lechen\b", "ffôn neu lechen", "ffôn neu dabled"),
    "sy'n peri risg": Rule(r"\b(risgus|peryglus)\b", "ymddygiad peryglus", "ymddygiad sy'n peri risg"),
    "Po gynharaf … mwyaf": Rule(
        r"\b[Pp]o (?!\w+af\b|leiaf|fwyaf|orau|waethaf)\w+", "Po gynnar", "Po gynharaf, mwyaf diogel"
    ),
    "sut i gael": Rule(r"\b[Ss]ut i [cpt](?!h)", "sut i cael help", "sut i gael help"),
}
"""The forbidden Welsh patterns, keyed by the expression to use instead."""
CATALOGUES = {each.stem: each for each in FILES if each.parent.name == "cy"}
WELSH = [each for each in content.in_each_language(content.starter_activities()) if each.language == "cy"]


@pytest.mark.parametrize("instead", RULES)
@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_no_welsh_mistake_that_was_corrected_comes_back(catalogue: str, instead: str) -> None:
    forms = [form for _, said in messages(catalogue_in(CATALOGUES[catalogue])) for form in said]
    assert [form for form in forms if re.search(RULES[instead].pattern, form)] == []


@pytest.mark.parametrize("instead", RULES)
def test_each_pattern_for_bad_welsh_matches_the_bad_example_and_not_the_good_example(instead: str) -> None:
    rule = RULES[instead]
    assert re.search(rule.pattern, rule.found) and not re.search(rule.pattern, rule.kept)


@pytest.mark.parametrize("activity", WELSH, ids=lambda activity: activity.id)
def test_welsh_questions_say_whether_several_choices_are_allowed(activity: Activity) -> None:
    assert [p.ask for p in activity.prompts if isinstance(p, OneChoice) and "Pa rai" in p.ask] == []
    several = [p.ask for p in activity.prompts if isinstance(p, SeveralChoices)]
    assert [ask for ask in several if re.search(r"Pa un\b", ask)] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Ydych chi'n teimlo'n barod?", ["Ydw", "Nac ydw"]),
        ("Nawr, ydych chi wedi penderfynu?", ["Ydw", "Nac ydw"]),
        ("Ai dyma'r cyntaf?", ["Ie", "Na"]),
    ],
)
def test_a_welsh_yes_repeats_the_verb_of_the_question(app: Flask, asked: str, said: list[str]) -> None:
    with app.app_context():
        speak("cy")
        assert [yes_or_no("yes", asked), yes_or_no("no", asked)] == said


def test_every_welsh_yes_or_no_question_contains_ydych_chi() -> None:
    asked = [p.ask.lower() for each in WELSH for p in each.prompts if isinstance(p, YesNo)]
    assert asked and all("ydych chi" in ask for ask in asked)
