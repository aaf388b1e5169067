"""URL rules that compile their URL-building functions only when needed, so that the application starts
faster.
"""

import functools
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A URL rule that compiles its URL-building functions only when they're first needed.

    Compiling these functions for all 260 URL rules at startup would take 70 ms.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = functools.cache(functools.partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build
