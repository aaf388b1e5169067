"""Every benchmark: ``python -m tests.bench FILE`` prints the table and writes it to FILE as JSON too."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import audit, boards, conversation, library, lightness, saving
from tests.bench.frame import run
from tests.bench.portal import portal
from tests.bench.report import report
from tests.postgres import postgres_server


def main(file: Path) -> int:
    """Run them; the exit code."""
    with (
        portal() as place,
        portal() as few,
        portal() as many,
        portal() as busy,
        postgres_server(durable=True) as server,
        saving.saving() as embedded,
        saving.saving(server) as served,
        lightness.lightness() as light,
    ):
        benches = [conversation.next_prompt(), conversation.page(place), library.checking()]
        benches += [boards.pages(few, many), audit.saving(busy.cast), embedded, served, light]
        results = run(benches)
    return report(results, file, datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
