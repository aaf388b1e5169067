"""Read the files of the service's policies: the confidentiality statement and the retention schedule."""

from enum import StrEnum

import msgspec

from companion.domain.accounts.statement import Statement
from companion.domain.activities import schema_errors, toml_guard
from companion.domain.activities.activity import Finding
from companion.domain.activities.toml_guard import BadFile
from companion.domain.records.retention import Schedule


class Policy(StrEnum):
    STATEMENT = "statement"
    RETENTION = "retention"


class BadPolicy(Exception):
    """Raised if a file isn't a valid policy. ``findings`` say what to correct."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{each.at}: {each.key} {each.values}" for each in findings))
        self.findings = findings


def read(policy: Policy, data: bytes) -> Statement | Schedule:
    """Parse a confidentiality statement or a retention schedule from TOML.

    If the file is invalid in any way, raise ``BadPolicy``.
    """
    try:
        plain = toml_guard.parse(data)
    except BadFile as bad:
        raise BadPolicy(Finding(bad.key, values=bad.values)) from bad
    model: type[Statement | Schedule] = Statement if policy is Policy.STATEMENT else Schedule
    try:
        found: Statement | Schedule = msgspec.convert(plain, type=model)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        wrong = schema_errors.misfits(plain, model)
        findings = [Finding(each.key, values=each.values, at=each.at) for each in wrong]
        raise BadPolicy(*findings or [_fault(str(error)[:200])]) from error
    if isinstance(found, Schedule) and found.faults:
        raise BadPolicy(*(_fault(text) for text in found.faults))
    return found


def _fault(text: str) -> Finding:
    return Finding("bad_file", values={"error": text})
