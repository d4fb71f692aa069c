"""Workbooks: sheets as text, with what a workbook's numbers hide put right.

Excel keeps fifteen digits. A number that had more has lost its last ones, and is given as
3.30382199001011E+17, which no column accepts; a sum like 0.30000000000000004 is 0.3, as it shows.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl

from graph_loader.read_csv import BATCH
from graph_loader.text import HEAD
from graph_loader.unpack import DAMAGED, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"([^>]*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?'
    rb"<v>((?=[^<]*[eE]|[^<]{16}|#)[^<]+)</v>"
)
"""Numbers in powers of ten or of sixteen characters, and errors."""
FILLED: Final = re.compile(rb'<c r="([A-Z]{1,3})\d+"[^>/]*>')
MERGED: Final = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)"')
PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
BEYOND: Final = re.compile(rb'\br="([A-Z]{2,3})\d')
LETTERS: Final = 26
TAIL: Final = 1 << 16
"""Bytes at the end of a sheet's rows in which its last cells stand."""
AREA: Final = 20_000_000
SPARSE: Final = 100
"""Cells of a large sheet that may be empty for each that is filled."""
TYPE: Final = re.compile(rb'\bt="(\w+)"')
EXACT: Final = 15
"""Digits that Excel keeps."""
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """One sheet of a workbook; rows are counted as the workbook does."""

    sheet: str
    cells: pl.DataFrame

    encoding = ""

    @property
    def head(self) -> list[list[str]]:
        return [[cell or "" for cell in row] for row in self.cells.head(HEAD).rows()]

    def below(self, header: int, batch: int = BATCH) -> Iterator[pl.DataFrame]:
        """The rows under a header; the workbook itself, of a million rows at most, is held."""
        rows = (
            self.cells.with_columns(
                pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_row"),
                pl.lit(None, pl.String).alias("_torn"),
            )
            .slice(header + 1)
            .filter(pl.any_horizontal(pl.col(self.cells.columns).is_not_null()))
        )
        yield from rows.iter_slices(batch) if rows.height else [rows]


def sheets(data: bytes) -> Iterator[SheetGrid]:
    """The sheets of a workbook that hold anything.

    Raises:
        ValueError: where it is none.
    """
    try:
        reader = fastexcel.read_excel(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            places = _places(archive)
            for name in reader.sheet_names:
                xml = unpacked(archive, archive.getinfo(places[name]), name)
                _check_area(name, xml)
                sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
                cells = sheet.to_polars()
                cells.columns = [str(at) for at in range(cells.width)]
                if cells.height:
                    yield SheetGrid(name, _mended(cells, xml))
    except (fastexcel.FastExcelError, ET.ParseError, *DAMAGED) as fault:
        raise ValueError(str(fault).removeprefix("calamine error: ")) from fault


def _check_area(name: str, xml: bytes) -> None:
    """Refuse a sheet with a cell far outside its table: the reader would hold all between."""
    end = xml.rfind(b"sheetData>")
    last = PLACE.findall(xml, max(0, end - TAIL), max(0, end))
    rows = max((int(row) for _, row in last), default=0)
    across = max((_across(column) + 1 for column in set(BEYOND.findall(xml))), default=LETTERS)
    cells = xml.count(b'r="')
    most = max(AREA, SPARSE * cells)
    if rows * across > most and across == LETTERS:
        across = max(_across(column) + 1 for column, _ in PLACE.findall(xml))
    if rows * across > most:
        says = f"sheet `{name}` reaches over {rows:,} rows and {across:,} columns"
        way = "delete what stands far outside the table, and save it again"
        raise ValueError(f"{says} for few cells: {way}")


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where in the archive each sheet lies."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat of today bounds entities
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    found = {}
    for sheet in book.iterfind(".//{*}sheet"):
        target = targets[sheet.get(RELATION)]
        inside = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        found[str(sheet.get("name"))] = inside
    return found


def _mended(cells: pl.DataFrame, xml: bytes) -> pl.DataFrame:
    """The cells with lost digits, errors and merged cells told as they are."""
    texts: dict[int, dict[int, str | None]] = {}
    first: int | None = None
    for column, row, marks, value in CELL.findall(xml):
        first = _first(xml) if first is None else first
        at, line = _across(column) - first, int(row) - 1
        shown = cells[line, at] if 0 <= at < cells.width and line < cells.height else None
        told = _told(value.decode(), TYPE.search(marks), shown)
        if told is not None:
            texts.setdefault(at, {})[line] = told
    cells = _scattered(cells, texts)
    texts = {}
    for column, top, bottom in MERGED.findall(xml):
        first = _first(xml) if first is None else first
        at = _across(column) - first
        if 0 <= at < cells.width:
            lines = range(int(top), min(int(bottom), cells.height))
            texts.setdefault(at, {}).update(dict.fromkeys(lines, cells[int(top) - 1, at]))
    return _scattered(cells, texts)


def _scattered(cells: pl.DataFrame, texts: dict[int, dict[int, str | None]]) -> pl.DataFrame:
    return cells.with_columns(
        cells[str(at)].scatter(list(changed), pl.Series(list(changed.values()), dtype=pl.String))
        for at, changed in texts.items()
        if changed
    )


def _told(value: str, kind: re.Match[bytes] | None, shown: str | None) -> str | None:
    """What a cell should have said; nothing where it says it already."""
    match kind.group(1) if kind else b"n":
        case b"e":
            return value
        case b"n" if shown is None or "-" not in shown[1:]:
            number = float(value)
            if abs(number) >= 10**EXACT:
                return f"{number:.{EXACT - 1}E}"
            return format(Decimal(f"{number:.{EXACT}g}").normalize(), "f")
        case _:
            return None


def _first(xml: bytes) -> int:
    """The leftmost column that holds anything: the reader begins there."""
    return min((_across(column) for column in set(FILLED.findall(xml))), default=0)


def _across(column: bytes) -> int:
    at = 0
    for letter in column:
        at = at * 26 + letter - ord("A") + 1
    return at - 1
