"""Types for the files that authors write: activities, programmes, statements and signposts."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Passage = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Authored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base class of everything that authors write in files."""
