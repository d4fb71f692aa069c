"""Text tables as files: CSV in the department's encoding, workbooks with title and totals."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import xlsxwriter

from demo.dates import AS_OF
from demo.render import EXCEL, KEPT, PART, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

MAX_ROWS: Final = 1_000_000
STAMP: Final = datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC)
SHEET: Final = "Sheet1"
NUMBER_MARK: Final = "#"
"""A cell that begins with this is written to a workbook as a number, not as text."""


@dataclass(frozen=True, slots=True)
class Written:
    """One file, and the row of the rendered frame that stands first in it."""

    path: Path
    sheet: str
    first_line: int
    rows: pl.Series


def write(
    layout: Layout, table: pl.DataFrame, folder: Path, done: Callable[[int], None]
) -> Iterator[Written]:
    """Write a rendered source, one file a part; yields where each row of the table went."""
    table = table.with_row_index("_row")
    for (part,), rows in table.group_by(PART, maintain_order=True):
        for at, piece in enumerate(rows.iter_slices(MAX_ROWS)):
            name = layout.file.format(part=part)
            path = folder / (name if at == 0 else name.replace(".", f"_{at + 1}.", 1))
            shown = piece.drop("_row", *KEPT)
            if path.suffix == ".csv":
                yield Written(path, "", _csv(layout, shown, path), piece["_row"])
            else:
                yield Written(path, SHEET, _xlsx(layout, shown, path), piece["_row"])
            done(len(piece))


def of_source(layout: Layout, folder: Path) -> list[Path]:
    """The files of this source that lie in the folder; other files there are not the county's."""
    stem, dot, ending = layout.file.format(part="*").rpartition(".")
    return sorted({*folder.glob(f"{stem}{dot}{ending}"), *folder.glob(f"{stem}_*{dot}{ending}")})


def _csv(layout: Layout, table: pl.DataFrame, path: Path) -> int:
    text = io.BytesIO()
    table.write_csv(text)
    path.write_bytes(text.getvalue().decode("utf-8").encode(layout.encoding))
    return 2


def _xlsx(layout: Layout, table: pl.DataFrame, path: Path) -> int:
    """Title merged above the headers, a count in a totals row below; the first row of data."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False, "in_memory": True})
    book.set_properties({"created": STAMP.replace(tzinfo=None)})
    sheet = book.add_worksheet(SHEET)
    at = 0
    if layout.title:
        sheet.merge_range(0, 0, 0, len(table.columns) - 1, layout.title)
        at = 1
    sheet.write_row(at, 0, table.columns)
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    serials = _serial_columns(layout)
    for across, header in enumerate(table.columns):
        for down, text in enumerate(table[header].to_list(), at + 1):
            if text is None:
                continue
            if header in serials and text.isdigit() and len(text) == len("46326"):
                sheet.write_number(down, across, int(text), dated)
            elif text.startswith(NUMBER_MARK):
                sheet.write_number(down, across, float(text[1:]))
            else:
                sheet.write_string(down, across, text)
    if layout.totals:
        sheet.write_string(at + 1 + len(table), 0, layout.totals)
        sheet.write_number(at + 1 + len(table), 1, len(table))
    book.close()
    return at + 2


def _serial_columns(layout: Layout) -> set[str]:
    """Headers whose cells may hold an Excel date."""
    if EXCEL not in layout.styles:
        return set()
    return {h for prop, h in layout.columns.items() if prop.endswith(("_on", "since", "until"))}
