"""Rows that are no data: totals, notes of who made the table, headers printed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from graph_loader.characters import clean_header

if TYPE_CHECKING:
    from graph_loader.table import Match

TOTALS: Final = r"(?i)^\s*(?:[合总小共累]\s*计|(?:sub|grand\s*)?total)\s*[:：]?"
REMARKS: Final = r"^\s*(?:制表|填表|审核|复核|备注|说明|注\s*[:：]|单位负责人|负责人|打印|导出)"
NUMBER: Final = 15
"""Characters from which a cell may be a person's number."""


class Sorted(NamedTuple):
    """The rows that are data, what was set aside, and which data looks like a totals row.

    `empty`: rows without any cell, which are set aside too.
    """

    rows: pl.DataFrame
    empty: int
    notes: list[str]
    totals: pl.Series


def set_aside(match: Match, rows: pl.DataFrame) -> Sorted:
    """Part data from what stands around it. Nothing goes without a note."""
    cells = [column for column in rows.columns if not column.startswith("_")]
    full = rows.select(pl.any_horizontal(pl.col(cells).is_not_null())).to_series()
    empty = int((~full).sum())
    rows = rows.filter(full) if empty else rows
    notes: list[str] = []
    doubtful = _doubtful(match, rows, cells)
    if not doubtful.len():
        return Sorted(rows, empty, notes, _flags(rows.height, doubtful))
    out: list[int] = []
    like_data: list[int] = []
    for at, row in zip(doubtful.to_list(), rows[doubtful].iter_rows(named=True), strict=True):
        why = _why(match, [row[column] for column in cells], row)
        if why == "data":
            like_data.append(at)
        elif why:
            out.append(at)
            notes.append(f"row {row['_row']}: {why}")
    keep = ~_flags(rows.height, pl.Series(out, dtype=pl.UInt32))
    totals = _flags(rows.height, pl.Series(like_data, dtype=pl.UInt32))
    return Sorted(rows.filter(keep), empty, notes, totals.filter(keep))


def _flags(height: int, at: pl.Series) -> pl.Series:
    flags = pl.Series([False]).new_from_index(0, height)
    return flags.scatter(at, pl.Series([True])) if at.len() else flags


def _doubtful(match: Match, rows: pl.DataFrame, cells: list[str]) -> pl.Series:
    """Rows to look at: something needed is empty, or the first cells speak of a total."""
    needed = [str(match.places[clean_header(header)]) for header in _needed(match)]
    opening = pl.any_horizontal(
        pl.col(cells[:2]).str.contains(f"{TOTALS}|{REMARKS}").fill_null(value=False)
    )
    again = pl.col(cells[0]).eq_missing(pl.lit(match.titles[0]))
    empty = pl.any_horizontal(pl.col(needed).is_null()) if needed else pl.lit(value=False)
    return rows.select(opening | again | empty).to_series().arg_true()


def _needed(match: Match) -> list[str]:
    """Headers of the numbers and keys without which there is no row."""
    source = match.source
    keys = [column.header for column in source.columns if column.name in source.key]
    about = source.about
    return [header for header in (about.person, about.household, *keys) if header]


def _why(match: Match, cells: list[str | None], row: dict[str, str | None]) -> str:
    """What a row is if it is no data; `data` for a totals row that looks like data."""
    said = [(at, clean_header(cell)) for at, cell in enumerate(cells) if cell]
    if not said:
        return "empty"
    if sum(text == match.titles[at] for at, text in said) * 2 > len(match.places):
        return "the header again"
    first = pl.Series([cells[said[0][0]]])
    if first.str.contains(TOTALS).item():
        return "data" if _whole(match, row) else f"a totals row, {first.item()}"
    few = len(said) <= max(1, len(cells) // 3) and not _whole(match, row)
    return f"a remark, {first.item()}" if few and first.str.contains(REMARKS).item() else ""


def _whole(match: Match, row: dict[str, str | None]) -> bool:
    """Whether a row has what its source needs, a person's number above all."""
    about = match.source.about
    if about.person and about.national:
        return len(row[str(match.places[clean_header(about.person)])] or "") >= NUMBER
    return all(row[str(match.places[clean_header(header)])] for header in _needed(match))
