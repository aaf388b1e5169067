"""Types shared by all authored files: activities, the programme, the statement, signposts."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Passage = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Authored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base class for everything that authors write in files."""
