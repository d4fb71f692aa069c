"""Whom a source covers on a day: there, and only there, no row means none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

    from matching.statuses import Flags
    from ontology.regions import Regions


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months earlier; the day itself for none."""
    if months == 0:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What loads declared complete, minus what refused rows leave open.

    `complete`: source, kind, region, from, until. `gaps`: source, person, from, until. `until` is
    the last day covered; empty means that nothing ends it.
    """

    complete: pl.DataFrame
    gaps: pl.DataFrame
    regions: Regions
    as_of: date

    def sources(
        self, kind: str, months: int = 0, only: Collection[str] | None = None
    ) -> dict[str, list[str]]:
        """The regions in which each source is complete for a kind over the whole window."""
        start = months_before(self.as_of, months)
        rows = self.complete.filter(
            pl.col("kind") == kind,
            pl.col("from").is_null() | (pl.col("from") <= start),
            pl.col("until").is_null() | (pl.col("until") >= self.as_of),
        )
        found: dict[str, list[str]] = {}
        for source, region in rows.select("source", "region").unique().sort(pl.all()).iter_rows():
            if only is None or source in only:
                found.setdefault(source, []).append(region)
        return found

    def whole(
        self,
        people: pl.DataFrame,
        kind: str,
        *,
        months: int = 0,
        only: Collection[str] | None = None,
    ) -> Flags:
        """For each person (`id`, `region`): whether some source is sure to hold every row."""
        flags = np.zeros(people.height, np.bool_)
        for source, regions in self.sources(kind, months, only).items():
            flags |= self._within(people["region"], regions) & ~self._open(
                people["id"], source, months
            )
        return flags

    def _within(self, codes: pl.Series, ancestors: list[str]) -> Flags:
        known = [code for code in codes.unique().to_list() if code is not None]
        inside = [c for c in known if any(self.regions.within(c, a) for a in ancestors)]
        return codes.is_in(inside).fill_null(value=False).to_numpy()

    def _open(self, people: pl.Series, source: str, months: int) -> Flags:
        """Who may stand on a row of this source that was refused."""
        start = months_before(self.as_of, months)
        rows = self.gaps.filter(
            pl.col("source") == source,
            pl.col("from").is_null() | (pl.col("from") <= self.as_of),
            pl.col("until").is_null() | (pl.col("until") >= start),
        )
        return people.is_in(rows["person"].implode()).to_numpy()
