"""Write metrics in Prometheus's text format (0.0.4). Labels never contain names, ids or people's own words."""

import functools

UP_TO = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""The upper bounds in seconds of the buckets for response times."""
FAMILIES = {
    "companion_requests_total": ("counter", "Requests, by what was asked for and how they ended."),
    "companion_request_seconds": ("histogram", "The time that answers took, by what was asked for."),
    "companion_faults_total": ("counter", "Answers that the fault is ours."),
    "companion_database_away_total": ("counter", "Answers that the records cannot be reached."),
    "companion_limits_hit_total": ("counter", "Tries refused since there were too many, by what was tried."),
    "companion_proxy_total": (
        "counter",
        "Requests that the proxy said to have come by https, by http, or of which it said less than it must.",
    ),
    "companion_database_up": ("gauge", "Whether a database answered in the last round."),
    "companion_outbox_pending": ("gauge", "Notices that are due and have not gone out."),
    "companion_outbox_oldest_seconds": ("gauge", "For how long the oldest of them has been due."),
    "companion_audit_unsealed": ("gauge", "Entries of the audit that are not chained yet."),
    "companion_audit_unsealed_oldest_seconds": ("gauge", "For how long the oldest of them has waited."),
    "companion_background_turn_timestamp_seconds": ("gauge", "When the background loop last turned."),
    "companion_background_round_timestamp_seconds": ("gauge", "When it last did all that was due."),
    "companion_background_failed_total": ("counter", "Jobs of the loop that could not be done, by job."),
}
"""Every metric family, with its type and help text."""


@functools.cache
def series(name: str, **labels: str) -> str:
    """Return the name of a time series with its labels. Labels are constants and need no escaping."""
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inside}}}" if inside else name


def written(numbers: dict[str, float]) -> str:
    """Return all metrics as text, grouped by family."""
    lines: list[str] = []
    for name, (kind, told) in FAMILIES.items():
        if samples := _histogram(name, numbers) if kind == "histogram" else _samples(name, numbers):
            lines += [f"# HELP {name} {told}", f"# TYPE {name} {kind}", *samples]
    return "\n".join(lines) + "\n"


def _samples(name: str, numbers: dict[str, float]) -> list[str]:
    return [f"{key} {each:.17g}" for key, each in sorted(numbers.items()) if key.partition("{")[0] == name]


def _histogram(name: str, numbers: dict[str, float]) -> list[str]:
    """Return the lines for a histogram, including empty buckets."""
    lines: list[str] = []
    for key in sorted(numbers):
        family, _, labels = key.partition("{")
        if family == f"{name}_count":
            inside = labels.removesuffix("}")
            for most in (*map(str, UP_TO), "+Inf"):
                bucket = f'{name}_bucket{{{inside},le="{most}"}}'
                lines.append(f"{bucket} {numbers.get(bucket, 0):.17g}")
            lines += [
                f"{name}_{part}{{{labels} {numbers[f'{name}_{part}{{{labels}']:.17g}"
                for part in ("sum", "count")
            ]
    return lines
