"""Text tables as files: CSV in the department's encoding, workbooks with title and totals."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
import xlsxwriter

from demo.dates import AS_OF
from demo.render import EXCEL, KEPT, PART, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = {".csv": 1_000_000, ".xlsx": 100_000}
"""Rows of one file; what is beyond goes into another."""
LARGE: Final = 20_000
"""Rows from which a workbook is written without holding it."""
STAMP: Final = datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC)
SHEET: Final = "Sheet1"
NUMBER_MARK: Final = "#"
"""A cell that begins with this is written to a workbook as a number, not as text."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where rows of a rendered frame went: its file, and the line of the first of them there."""

    path: Path
    sheet: str
    first_line: int
    rows: pl.Series


class Writer:
    """Departments' files, to which rows are added block by block; workbooks are made at the end."""

    def __init__(self, folder: Path, spool: Path) -> None:
        self.files = 0
        self.rows = 0
        self._folder = folder
        self._spool = spool
        self._held: dict[tuple[str, str], int] = {}
        self._books: dict[Path, tuple[Layout, list[Path]]] = {}

    def add(self, layout: Layout, table: pl.DataFrame) -> Iterator[Written]:
        """Put a rendered source behind what was added of it, one file a part."""
        for (part,), rows in table.with_row_index("_row").group_by(PART, maintain_order=True):
            left = rows
            while left.height:
                held = self._held.setdefault((layout.file, str(part)), 0)
                path = self._path(layout, str(part), held)
                most = MOST[path.suffix]
                piece, left = left[: most - held % most], left[most - held % most :]
                self._held[layout.file, str(part)] += piece.height
                self.files += held % most == 0
                self.rows += piece.height
                yield self._put(layout, path, piece, held % most)

    def _path(self, layout: Layout, part: str, held: int) -> Path:
        name = layout.file.format(part=part)
        at = held // MOST[Path(name).suffix]
        return self._folder / (name if at == 0 else name.replace(".", f"_{at + 1}.", 1))

    def _put(self, layout: Layout, path: Path, piece: pl.DataFrame, held: int) -> Written:
        shown = piece.drop("_row", *KEPT)
        if path.suffix == ".csv":
            _csv(layout, shown, path, more=held > 0)
            return Written(path, "", held + 2, piece["_row"])
        _, waiting = self._books.setdefault(path, (layout, []))
        waiting.append(self._spool / f"{path.stem}-{len(waiting)}.parquet")
        shown.write_parquet(waiting[-1])
        return Written(path, SHEET, held + bool(layout.title) + 2, piece["_row"])

    def close(self) -> None:
        """Make the workbooks of what was added to them."""
        for path, (layout, waiting) in self._books.items():
            _xlsx(layout, [pl.scan_parquet(file) for file in waiting], path)
            for file in waiting:
                file.unlink()


def of_source(layout: Layout, folder: Path) -> list[Path]:
    """The files of this source that lie in the folder; other files there are not the county's."""
    stem, dot, ending = layout.file.format(part="*").rpartition(".")
    return sorted({*folder.glob(f"{stem}{dot}{ending}"), *folder.glob(f"{stem}_*{dot}{ending}")})


def _csv(layout: Layout, table: pl.DataFrame, path: Path, *, more: bool) -> None:
    text = io.BytesIO()
    table.write_csv(text, include_header=not more)
    with path.open("ab" if more else "wb") as file:
        file.write(text.getvalue().decode("utf-8").encode(layout.encoding))


def _xlsx(layout: Layout, pieces: list[pl.LazyFrame], path: Path) -> None:
    """Title merged above the headers, a count in a totals row below."""
    count = sum(int(piece.select(pl.len()).collect().item()) for piece in pieces)
    large = count > LARGE
    book = xlsxwriter.Workbook(str(path), {"constant_memory": large, "in_memory": not large})
    book.set_properties({"created": STAMP.replace(tzinfo=None)})
    sheet = book.add_worksheet(SHEET)
    headers = pieces[0].collect_schema().names()
    at = bool(layout.title)
    if layout.title:
        sheet.merge_range(0, 0, 0, len(headers) - 1, layout.title)
    sheet.write_row(at, 0, headers)
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    serial = [header in _serial_columns(layout) for header in headers]
    lines = (line for piece in pieces for line in piece.collect().iter_rows())
    for down, line in enumerate(lines, at + 1):
        for across, text in enumerate(line):
            if text is None:
                continue
            if serial[across] and text.isdigit() and len(text) == len("46326"):
                sheet.write_number(down, across, int(text), dated)
            elif text.startswith(NUMBER_MARK):
                sheet.write_number(down, across, float(text[1:]))
            else:
                sheet.write_string(down, across, text)
    if layout.totals:
        sheet.write_string(at + 1 + count, 0, layout.totals)
        sheet.write_number(at + 1 + count, 1, count)
    book.close()


def _serial_columns(layout: Layout) -> set[str]:
    """Headers whose cells may hold an Excel date."""
    if EXCEL not in layout.styles:
        return set()
    return {h for prop, h in layout.columns.items() if prop.endswith(("_on", "since", "until"))}
