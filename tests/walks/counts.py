"""How many walks there are: a few hundred in all, always the same ones, and with ``--full`` two hundred times as
many.

They are the same on either database.
"""

import hypothesis

ONCE = 100
"""Examples of the profile that ``conftest`` loads without ``--full``."""
PART = 4
"""Without ``--full``, one in this many walks."""


def walks(count: int) -> hypothesis.settings:
    """Return the settings of a test with a fourth of this many walks, or fifty times as many."""
    times = hypothesis.settings().max_examples // ONCE
    count = count // PART if times == 1 else count
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
