"""Check that no chart shows a participant's urges, distress or risk over time.

On a chart of urges or distress, a bad week would look like failure. To recognise distress, look for certain
English and Welsh words in the question and the scale's labels. If it isn't clear that a scale may be charted,
the check refuses the chart.
"""

import re
from collections.abc import Iterator

from companion.domain.activities.activity import Finding
from companion.domain.activities.answers import Prompt
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.leading_to_help import HARD_END
from companion.domain.activities.toml_guard import At

TELLING = re.compile(
    r"\b(urge|crav|tempt|pull|distress|upset|worr|anxi|afraid|scared|ang(er|ry)|sham|asham|lone|hopeless|sad\b|low\b"
    r"|mood|feel|felt|stress|risk|danger|harm|suicid|control|how (am i|are you|do you feel)|today"
    r"|ysfa|chwant|temt|gofid|pryder|ofn|dig\b|cywilydd|unig|anobaith|trist|isel|hwyl|teiml|straen|risg|perygl|niwed"
    r"|hunanladd|rheol|sut (ydw i|ydych chi)|heddiw)",
    re.IGNORECASE,
)


def telling_scales(prompt: Prompt, at: At) -> Iterator[Finding]:
    """Yield an error for a charted scale that asks about distress or is repeated for each list item."""
    if not (isinstance(prompt, Scale) and prompt.progress):
        return
    ends = (prompt.low_label, prompt.high_label)
    if TELLING.search(" ".join((prompt.ask, *ends))) or any(map(HARD_END.search, ends)):
        yield Finding("progress_of_distress", prompt.id, at=(*at, "progress"))
    if prompt.for_each:
        yield Finding("progress_of_items", prompt.id, at=(*at, "progress"))
