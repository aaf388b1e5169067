"""A small valid activity, and faulty copies with every possible error."""

from dataclasses import dataclass

SOUND = """\
format = 1
id = "a-walk"
title = "A walk"
topic = "control-continuum"
minutes = 5
introduction = "This looks at one walk."

[[prompts]]
kind = "one_choice"
id = "went"
ask = "Did you go for a walk?"
options = [
    { id = "yes", label = "Yes" },
    { id = "no", label = "Not this week" },
]

[[prompts.branches]]
to = "seen"
when = { one_of = ["yes"] }

[[prompts]]
kind = "short_text"
id = "in-the-way"
ask = "What was in the way?"

[[prompts.branches]]
to = "again"

[[prompts]]
kind = "list"
id = "seen"
ask = "What did you see?"
most = 4

[[prompts]]
kind = "scale"
id = "liked"
for_each = "seen"
ask = "How much did you like it?"
low_label = "Not at all"
high_label = "Very much"

[[prompts.branches]]
to = "next"
when = { at_most = 5 }

[[prompts]]
kind = "short_text"
id = "share"
for_each = "seen"
ask = "Who would like to see it, too?"

[[prompts]]
kind = "if_then"
id = "again"
recall = "went"
ask = "What will you do when the sun shines again?"
"""

ASK = 'ask = "What will you do when the sun shines again?"'
LIKED = 'kind = "scale"\nid = "liked"\nfor_each = "seen"'
URGE = """[[prompts]]
kind = "scale"
id = "urge"
progress = true
ask = "How strong was the pull?"
low_label = "None"
high_label = "Strong"
"""
NOT_THIS_WEEK = '    { id = "no", label = "Not this week" },\n'
WENT = '[[prompts]]\nkind = "one_choice"'
ONE_OF = '{ one_of = ["yes"] }'
AT_MOST = "{ at_most = 5 }"
BESIDE_WENT = '[[prompts.branches]]\nto = "seen"'
REPLY = "[[prompts.replies]]\nsay = 'Yes.'\n"
TO_AGAIN = '[[prompts.branches]]\nto = "again"'
TRIANGLE = '[[prompts]]\nkind = "triangle"\nid = "shape"\nask = "How was it?"\n'
RECORD = (
    '[[prompts]]\nkind = "daily_record"\nid = "days"\nask = "How were your days?"\nline_label = "A line"\n'
)
MEASURE = '{ id = "sleep", label = "Sleep", low_label = "Bad", high_label = "Good" }'
YES_NO = '[[prompts]]\nkind = "yes_no"\nid = "so"\nask = "Is it so?"\n'
END = "[[prompts.branches]]\nto = 'end'"
ACCEPTED = '[[accepted]]\nwarning = "long_sentence"\nprompt = "again"\nreason = "It is a quotation."'
FIVE_SHORT = "".join(f"\n{YES_NO.replace('so', f'so-{number}', 1)}short = true\n" for number in range(5))
TWO_WAYS = SOUND[SOUND.index('id = "in-the-way"') : SOUND.index('ask = "What did you see?"')]
WENT_ALONE = SOUND[SOUND.index('id = "went"') : SOUND.index(BESIDE_WENT)]
LEADS_ON = '[[prompts.replies]]\nsay = "The next question is about it."\n\n'
OPTIONS = ", ".join(f'{{ id = "number-{number}", label = "{number}" }}' for number in range(13))
MANY = f'[[prompts]]\nkind = "several_choices"\nid = "many"\nask = "Which?"\noptions = [{OPTIONS}]\n'
HARD = "Individualised rehabilitative interventions necessitate considerable deliberation. " * 5
LONG = (
    "You can take your time with this and come back to it on any other day of the week that suits you well."
)


@dataclass(frozen=True)
class Planted:
    """A file with a deliberate error, and the expected finding."""

    key: str
    prompt: str
    line: int
    data: bytes


def change(key: str, prompt: str, old: str, new: str, at: str = "") -> Planted:
    """Return the valid activity with one string replaced.

    The checker must report the error on the line where the text ``at`` begins. Without ``at``, expect the
    error on the first line of ``new``.
    """
    assert SOUND.count(old) == 1, (key, old)
    text = SOUND.replace(old, new)
    assert text.count(at or new) == 1, (key, at or new)
    return Planted(key, prompt, text[: text.index(at or new)].count("\n") + 1, text.encode())


def more(key: str, prompt: str, text: str, at: str = "") -> Planted:
    """Return the valid activity with an additional prompt that contains an error."""
    return change(key, prompt, ASK, f"{ASK}\n\n{text}", at or text)


PLANTED = [
    # Errors in the file as a whole
    change("bad_syntax", "", 'title = "A walk"', 'title = "A walk'),
    change("bad_syntax", "", ASK, 'ask = """What will you do?'),
    change("bad_syntax", "", "minutes = 5", "minutes = 5\nminutes = 6", at="minutes = 6"),
    Planted("not_utf8", "", 3, SOUND.replace("A walk", "A ½ walk").encode("latin-1")),
    Planted("file_too_large", "", 1, b"#" * 200_001),
    change("key_too_long", "", "minutes = 5", "minutes.a.b.c.d.e.f.g.h = 5"),
    change("number_too_long", "", "minutes = 5", "minutes = 5000000000000000000"),
    change("too_deep", "", "minutes = 5", "minutes = " + "[" * 17 + "]" * 17),
    change("other_format", "", "format = 1", "format = 2"),
    # Errors in the file's keys and values
    change("unknown_key", "", "minutes = 5", '"a - at `$." = 5\nminutes = 5', at='"a - at'),
    change("missing_key", "", "minutes = 5\n", "", at="format = 1"),
    change("missing_key", "again", f"\n{ASK}", "", at='[[prompts]]\nkind = "if_then"'),
    change("unknown_key", "", "minutes = 5", "minutes = 5\nminuets = 5", at="minuets"),
    change("unknown_key", "seen", "most = 4", "least = 4"),
    change("unknown_key", "went", NOT_THIS_WEEK, '    { id = "no", label = "No", hint = "" },\n'),
    change("unknown_kind", "seen", 'kind = "list"', 'kind = "lost"'),
    change("unknown_value", "liked", "{ at_most = 5 }", '{ way = "maybe" }'),
    change("wants_text", "", 'title = "A walk"', "title = 5"),
    change("wants_number", "", "minutes = 5", 'minutes = "five"'),
    change("wants_number", "seen", "most = 4", "most = 4.0"),
    more("wants_true_or_false", "shape", f'{TRIANGLE}situation = "yes"', at="situation"),
    change("wants_list", "went", '{ one_of = ["yes"] }', '{ one_of = "yes" }'),
    change("wants_table", "went", '{ one_of = ["yes"] }', '"yes"', at='when = "yes"'),
    change("empty_text", "", 'title = "A walk"', 'title = ""'),
    change("empty_text", "again", ASK, 'ask = " \u200b"'),
    change("text_too_long", "again", ASK, f'ask = "{"a" * 2001}"'),
    change("hidden_characters", "liked", 'low_label = "Not', r'low_label = "\u0007Not'),
    change("bad_id", "", 'id = "a-walk"', 'id = "A walk"'),
    change("bad_id", "Went!", 'id = "went"', 'id = "Went!"'),
    change("bad_language", "", "minutes = 5", 'language = "english"\nminutes = 5'),
    more("too_few", "days", f"{RECORD}measures = []", at="measures"),
    more("too_many", "days", f"{RECORD}measures = [{', '.join([MEASURE] * 5)}]", at="measures"),
    change("number_too_low", "", "minutes = 5", "minutes = 0"),
    change("number_too_high", "seen", "most = 4", "most = 13"),
    # Errors in the prompts
    Planted("no_prompts", "", 8, SOUND.partition("[[")[0].encode() + b"prompts = []\n"),
    change("id_twice", "seen", 'id = "share"', 'id = "seen"', at='id = "seen"\nfor_each'),
    change("id_reserved", "end", 'id = "in-the-way"', 'id = "end"'),
    change("too_few_options", "went", NOT_THIS_WEEK, "", at=WENT),
    change("option_twice", "went", NOT_THIS_WEEK, NOT_THIS_WEEK * 2, at=WENT),
    more("measure_twice", "days", f"{RECORD}measures = [{MEASURE}, {MEASURE}]"),
    change("scale_ends", "liked", LIKED, f"{LIKED}\nlow = 5\nhigh = 5", at=f"[[prompts]]\n{LIKED}"),
    change("plan_of_no_words", "liked", LIKED, f'{LIKED}\nplan = "signs"', at='plan = "signs"'),
    change("progress_of_items", "liked", LIKED, f"{LIKED}\nprogress = true", at="progress = true"),
    more("progress_of_distress", "urge", URGE, at="progress = true"),
    # Errors in the branches
    change("branch_nowhere", "went", 'to = "seen"', 'to = "sea"'),
    change("branch_back", "in-the-way", 'to = "again"', 'to = "went"'),
    change("branch_after_always", "in-the-way", TO_AGAIN, f"{TO_AGAIN}\n\n{END}", at=END),
    change("branch_twice", "went", ONE_OF, f"{ONE_OF}\n\n{END}\nwhen = {ONE_OF}", at=END),
    change("next_outside_part", "in-the-way", 'to = "again"', "to = 'next'"),
    change("into_part", "in-the-way", 'to = "again"', 'to = "share"'),
    change("asks_unknown_prompt", "liked", AT_MOST, '{ prompt = "sea", at_most = 5 }'),
    change("asks_later_prompt", "went", ONE_OF, '{ prompt = "seen", at_least = 2 }'),
    more(
        "asks_part",
        "so",
        f'{YES_NO}\n{END}\nwhen = {{ prompt = "liked", at_least = 2 }}',
        at="when = { prompt",
    ),
    change("way_never", "went", ONE_OF, '{ way = "talk", one_of = ["yes"] }'),
    change("unknown_choice", "went", ONE_OF, '{ one_of = ["maybe"] }'),
    change("no_choices", "liked", AT_MOST, '{ one_of = ["5"] }'),
    change("no_number", "went", ONE_OF, "{ at_least = 1 }"),
    change("number_never", "liked", AT_MOST, "{ at_least = 11 }"),
    change(
        "unreachable", "in-the-way", f"\nwhen = {ONE_OF}", "", at='[[prompts]]\nkind = "short_text"\nid = "in'
    ),
    # Errors in the replies
    change(
        "reply_never",
        "went",
        BESIDE_WENT,
        f"{REPLY}\n{REPLY.replace('Yes', 'Then')}\n{BESIDE_WENT}",
        at="[[prompts.replies]]\nsay = 'Then",
    ),
    change(
        "asks_unknown_prompt",
        "went",
        BESIDE_WENT,
        f'{REPLY}when = {{ prompt = "sea", way = "talk" }}\n\n{BESIDE_WENT}',
        at="when = { prompt",
    ),
    change(
        "unknown_choice",
        "went",
        BESIDE_WENT,
        f'{REPLY}when = {{ one_of = ["maybe"] }}\n\n{BESIDE_WENT}',
        at='when = { one_of = ["m',
    ),
    change(
        "recall_later", "went", BESIDE_WENT, f'{REPLY}recall = "seen"\n\n{BESIDE_WENT}', at='recall = "seen"'
    ),
    # Errors in references to earlier answers
    change("recall_unknown", "again", 'recall = "went"', 'recall = "sea"'),
    change("recall_later", "again", 'recall = "went"', 'recall = "again"'),
    change("recall_of_part", "again", 'recall = "went"', 'recall = "liked"'),
    change("recall_sometimes", "again", 'recall = "went"', 'recall = "seen"'),
    change("for_each_unknown", "liked", LIKED, LIKED.replace("seen", "sea"), at='for_each = "sea"'),
    change("for_each_later", "liked", LIKED, LIKED.replace("seen", "again"), at='for_each = "again"'),
    change("for_each_of_part", "again", 'recall = "went"', 'for_each = "share"'),
    change("for_each_no_list", "again", 'recall = "went"', 'for_each = "in-the-way"'),
    more("for_each_too_many", "so", f'{MANY}\n{YES_NO}for_each = "many"', at='for_each = "many"'),
    change(
        "for_each_sometimes", "liked", 'to = "again"', 'to = "liked"', at='for_each = "seen"\nask = "How much'
    ),
    # Errors in the two-minute version
    Planted(
        "short_too_long",
        "so-4",
        (SOUND + FIVE_SHORT)[: (SOUND + FIVE_SHORT).rindex("short = true")].count("\n") + 1,
        (SOUND + FIVE_SHORT).encode(),
    ),
    Planted("short_is_all", "so", 12, f"{SOUND.partition('[[')[0]}{YES_NO}short = true\n".encode()),
    change("short_in_part", "liked", LIKED, f"{LIKED}\nshort = true", at="short = true"),
    more("short_by_day", "days", f"{RECORD}short = true\nmeasures = [{MEASURE}]", at="short = true"),
    change("short_needs_another", "again", 'recall = "went"', 'short = true\nrecall = "went"'),
    change(
        "short_off_the_path",
        "seen",
        TWO_WAYS,
        TWO_WAYS.replace("ask =", "short = true\nask =") + "short = true\n",
        at='short = true\nask = "What did',
    ),
    change(
        "short_leads_on",
        "went",
        WENT_ALONE,
        WENT_ALONE.replace("ask =", "short = true\nask =") + LEADS_ON,
        at=WENT,
    ),
    # Errors in the wording
    change("long_sentence", "again", ASK, f'ask = "{LONG}"'),
    change("reading_age", "", "This looks at one walk.", HARD, at="introduction"),
    change("several_questions", "again", ASK, 'ask = "What will you do? And when?"'),
    change(
        "word_never", "again", ASK, 'ask = "How many points is it worth?"', at='[[prompts]]\nkind = "if_then"'
    ),
    change("asks_about", "again", ASK, 'ask = "What are the names of your friends?"'),
    change(
        "no_way_to_help",
        "liked",
        'low_label = "Not at all"',
        'low_label = "No control"',
        at='[[prompts]]\nkind = "scale"',
    ),
    change(
        "no_reply_to_distress",
        "liked",
        'low_label = "Not at all"',
        'low_label = "No control"',
        at='[[prompts]]\nkind = "scale"',
    ),
    change("reply_asks", "went", BESIDE_WENT, f"{REPLY.replace('Yes.', 'Yes?')}\n{BESIDE_WENT}", at="say = "),
    change(
        "reply_reads",
        "in-the-way",
        TO_AGAIN,
        f"{REPLY.replace('Yes.', 'That is clear.')}\n{TO_AGAIN}",
        at="say = ",
    ),
    change("unknown_topic", "", 'topic = "control-continuum"', 'topic = "the-weather"'),
    change("accepts_nothing", "again", ASK, f"{ASK}\n\n{ACCEPTED}", at="[[accepted]]"),
]
