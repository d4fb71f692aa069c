"""What became of a table between two versions: rows that are new, and rows that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TIMES: Final = "_times\u2020"


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that the later version has beyond the earlier one, and those that it lacks."""

    new: pl.DataFrame
    gone: pl.DataFrame

    @property
    def rows(self) -> int:
        """How many differ; a row that changed is a new one in place of one that is gone."""
        return max(self.new.height, self.gone.height)

    def ids(self, column: str) -> pl.Series:
        """What a column says in any of them, once each."""
        found = [rows[column] for rows in (self.new, self.gone) if column in rows.columns]
        return pl.concat([pl.Series(column, [], pl.String), *found]).drop_nulls().unique()


SAME: Final = Change(pl.DataFrame(), pl.DataFrame())


def change(before: pl.DataFrame, now: pl.DataFrame) -> Change:
    """What became of these rows, whatever their order; a column that one side lacks is unknown."""
    if before.is_empty() or now.is_empty():
        return Change(now, before)
    signed = [
        before.with_columns(pl.lit(-1).alias(TIMES)),
        now.with_columns(pl.lit(1).alias(TIMES)),
    ]
    both = pl.concat(signed, how="diagonal_relaxed")
    columns = [name for name in both.columns if name != TIMES]
    times = both.group_by(columns).agg(pl.col(TIMES).sum())
    more, less = (times.filter(sign).drop(TIMES) for sign in (pl.col(TIMES) > 0, pl.col(TIMES) < 0))
    return Change(more, less)


def table_change(table: Path, before: int | None, now: int | None) -> Change:
    """The same of two versions of a Delta table (None: not there), from the files that differ."""
    if before == now:
        return SAME
    then, here = _files(table, before), _files(table, now)
    return change(_rows(then - here), _rows(here - then))


def _files(table: Path, version: int | None) -> set[str]:
    """The files of a version, by their names on disk: Delta names them as web addresses."""
    if version is None:
        return set()
    return set(map(unquote, DeltaTable(str(table.absolute()), version=version).file_uris()))


def _rows(files: Iterable[str]) -> pl.DataFrame:
    read = [pl.read_parquet(file) for file in sorted(files)]
    return pl.concat(read, how="diagonal_relaxed") if read else pl.DataFrame()
