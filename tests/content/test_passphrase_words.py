"""Test that the words for suggested passphrases are plain, harmless and easy to type."""

import math
import re

import pytest

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import WORDS
from companion.domain.people import OWN_WORDS

BITS_LEAST = 55
NEVER = {
    "en": """
        baby boy child cub girl infant kid kitten lamb nursery pupil puppy school teen toddler toy young youth minor
        bed bra hook kiss lick love lover mate naked nude oral screw sex sexy spank strip suck touch virgin
        groom grooming
        arrow attack axe blade blood bomb bullet dagger dead death fight gun hit kill knife murder rifle shoot stab
        sword
        arrest bail cell charge convict court crime guilty jail judge offence police prison register sentence thief
        ale beer brandy cider gin lager pub rum sherry tavern vodka whisky wine drug heroin pill
        blame guilt shame sorry sinful disgust dirty ugly
        arm bottom breast buttock ear elbow eye finger foot hand hip knee leg lip mouth neck nose skin thigh tongue
        bridge cliff drown hang ledge noose railway razor rope tablet train
        bait chat camera film hidden hide hunt image lure message phone photo prey secret spy stalk trap video watch web
        bromsgrove cardigan cardiff devon epsom england jersey kent london surrey wales
    """,
    "cy": """
        babi bachgen crwt croten ebol geni genod hogan hogyn llanc mab mam merch nain oen plant plentyn tad tegan ysgol
        caru cusan cyffwrdd gwely noeth rhyw serch tynn tyner
        bom brwydr bwyell cleddyf cyllell gwaed gwn lladd llafn marw rhyfel saethu taro
        barnwr carchar cell cofrestr heddlu lladrad lleidr llys trosedd
        cwrw gwin meddw tafarn yfed cyffur tabled
        cywilydd euog euogrwydd
        braich bron bys ceg clun coes corff croen dant gwefus llaw llygad pen tafod traed trwyn ysgwydd
        boddi clogwyn crogi pont rhaff rheilffordd
        abwyd camera cudd cuddfan cyfrinach ffilm gwe gwylio hela llun magl neges
        caer caerdydd cymru lloegr llundain
    """,
}
"""Words about forbidden subjects, such as children, violence and self-harm."""


@pytest.mark.parametrize("language", NEVER)
def test_the_words_for_passphrases_are_plain(language: str) -> None:
    words = passphrase_words(language)
    assert list(words) == sorted({*words})
    assert [each for each in words if not re.fullmatch("[a-z]{3,9}", each)] == []
    assert WORDS * math.log2(len(words)) >= BITS_LEAST
    assert not {*words} & {each for own in OWN_WORDS for each in own.split()}


@pytest.mark.parametrize("language", NEVER)
def test_no_word_in_suggested_passphrases_is_about_a_forbidden_subject(language: str) -> None:
    never = {*NEVER[language].split()}
    if language == "en":
        never |= {f"{each}s" for each in never}
    assert {*passphrase_words(language)} & never == set()


def test_a_language_without_a_word_list_uses_the_english_list() -> None:
    assert passphrase_words("fr") == passphrase_words("en") != passphrase_words("cy")
