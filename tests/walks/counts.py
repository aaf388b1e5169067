"""How many walks there are: a thousand in all, fifty times as many with ``--full``, on either database the same."""

import hypothesis

ONCE = 100
"""Examples of the profile that ``conftest`` loads without ``--full``."""


def walks(count: int) -> hypothesis.settings:
    """The settings of a test that makes this many walks, or fifty times as many."""
    times = hypothesis.settings().max_examples // ONCE
    return hypothesis.settings(
        max_examples=count * times,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=[
            hypothesis.HealthCheck.too_slow,
            hypothesis.HealthCheck.data_too_large,
            hypothesis.HealthCheck.function_scoped_fixture,  # one store for all walks of a test; each sets new work
        ],
    )
