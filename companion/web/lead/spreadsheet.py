"""CSV files for spreadsheet programs."""

import csv
import io
from collections.abc import Iterable

from flask import Response

ASKS_TO_RECKON = tuple("=+-@\t\r\n＝＋－＠")
"""The first characters that make a spreadsheet treat a cell as a formula (OWASP, CSV injection)."""


def sheet(name: str, head: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> Response:
    """Return a CSV file in UTF-8 in which no cell is a formula."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(head)
    written.writerows([_plain(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(ASKS_TO_RECKON) else cell
