"""Set how many random cases are run.

A normal run has a few hundred random cases. Every run without ``--full`` tests the same random cases. With
``--full``, there are two hundred times as many cases.
"""

import hypothesis

ONCE = 100
"""The number of Hypothesis examples in an ordinary test run, without ``--full``."""
PART = 4
"""Without ``--full``, the number of cases is divided by this number."""


def walks(count: int) -> hypothesis.settings:
    """Return the Hypothesis settings for a test. With ``--full``, the number of cases is fifty times
    ``count``.
    """
    times = hypothesis.settings().max_examples // ONCE
    count = count // PART if times == 1 else count
    return hypothesis.settings(
        max_examples=count * times,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=[
            hypothesis.HealthCheck.too_slow,
            hypothesis.HealthCheck.data_too_large,
            # all examples of a test share one store
            hypothesis.HealthCheck.function_scoped_fixture,
        ],
    )
