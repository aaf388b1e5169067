"""Every parser that reads input from outside Companion, with its sample inputs and its test function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion import content
from companion.domain.authoring.prompt_form import form_of
from companion.domain.signposts import signposts
from companion.domain.signposts.form import form_of as signpost_form
from tests.domain.activities.answers.samples import samples
from tests.domain.planted import PLANTED
from tests.fuzz import judges
from tests.fuzz.judges import EVERY_KIND, SOMEBODY, sent


@dataclass(frozen=True)
class Parser:
    """A parser to fuzz, and the test function that is called with each input."""

    judge: Callable[[bytes], None]
    seeds: Sequence[bytes]


PARSERS = {
    "activity": Parser(
        judges.an_activity,
        [*(file.read_bytes() for file in content.starter_files()), *(each.data for each in PLANTED)],
    ),
    "programme": Parser(judges.a_programme, [content.programme_file().read_bytes()]),
    "answer": Parser(judges.an_answer, [sent(sample.form) for sample in samples().values()]),
    "question": Parser(judges.a_question, [sent(form_of(prompt)) for prompt in EVERY_KIND.prompts]),
    "signpost": Parser(
        judges.a_signpost, [sent(signpost_form(each)) for each in content.shipped_directory().signposts]
    ),
    "directory": Parser(judges.a_directory, [signposts.to_json(content.shipped_directory())]),
    "day": Parser(
        judges.a_day,
        [b"2026-12-03\n14:00\ncommunity", b"2026-W50-1\n24:00\n60", b"9999-12-31\n23:59:59.9\nx"],
    ),
    "rules": Parser(
        judges.rules,
        [
            f"lead={SOMEBODY}&hour=12&take_days=1&away_from=2026-12-01&answer-clear=7".encode(),
            b"not_now-scope=plan&not_now-days=30",
        ],
    ),
    "mail": Parser(judges.an_address_of_mail, [b"sam@example.org", b"a@b.c\r\nBcc: x@example.org"]),
    "code": Parser(
        judges.a_code, [b"ABCD-EFGH-JKMN", b"k7 402", b"123 456", "+44 808 1000 900, ½ ٣".encode()]
    ),
    "passphrase": Parser(judges.a_passphrase, [b"orange tents along the river", b"passwordpassword1" * 8]),
    "way on": Parser(
        judges.a_way_on,
        [b"/my/?show=all&page=2", b"//elsewhere.example", b"/\\elsewhere.example", b"/%2f%2fx"],
    ),
    "cookie": Parser(judges.a_cookie, [b"session=eyJhIjoxfQ.aBcDeF.x", b"session=.eJwNxx; companion=1"]),
    "held form": Parser(judges.a_held_form, [b"words=Walk&words=&passphrase=x&comment-a=%00%ff&page=/my/"]),
    "text": Parser(
        judges.a_text,
        [b"**Well** [a](javascript:x)\n\n# One\n- two\n\n<script>x</script>", b"<p onclick=x>&#x0;"],
    ),
}
