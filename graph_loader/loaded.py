"""On which day a department's row came into the lake."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from graph_loader.rows import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from graph_loader.lake import Lake


class Place(NamedTuple):
    """Where a row stands."""

    source: str
    file: str | None
    sheet: str | None
    row: int | None


def load_days(lake: Lake) -> list[tuple[int, date]]:
    """The last load that each version held, and the day it was made, the earliest first."""
    found: list[tuple[int, date]] = []
    seen: int | None = None
    for number in range(1, lake.version() + 1):
        version = lake.at(number)
        held = version.tables().get("files")
        if held is None or held == seen or version.made is None:
            continue
        seen = held
        last = version.read("files").select(pl.col("load").max()).collect().item()
        found.append((int(last or 0), version.made.date()))
    return found


def loaded_on(lake: Lake, places: Iterable[Place]) -> dict[Place, date | None]:
    """The day on which each row came; None for a row that the lake does not hold."""
    wanted = list(dict.fromkeys(places))
    days = load_days(lake)
    loads = [last for last, _ in days]
    found: dict[Place, date | None] = dict.fromkeys(wanted)
    for source in sorted({place.source for place in wanted}):
        asked = [place for place in wanted if place.source == source]
        for place, load in _loads(lake, source, asked):
            at = min(bisect_left(loads, load), len(days) - 1)
            found[place] = days[at][1] if days else None
    return found


def _loads(lake: Lake, source: str, places: list[Place]) -> list[tuple[Place, int]]:
    """The load that first brought each of these rows of one source."""
    rows = lake.read(table_of(source))
    if "_row" not in rows.collect_schema():
        return []
    names = lake.read("files").select(_file="sha", file="name").unique()
    numbers = [place.row for place in places]
    known = (
        rows.filter(pl.col("_row").is_in(numbers))
        .select("_row", "_load", "_file", sheet=pl.col("_sheet").cast(pl.String))
        .join(names, on="_file")
        .group_by("file", "sheet", "_row")
        .agg(pl.col("_load").min())
        .collect()
    )
    first = {(file, sheet, row): load for file, sheet, row, load in known.iter_rows()}
    keys = ((place, (place.file, place.sheet, place.row)) for place in places)
    return [(place, first[key]) for place, key in keys if key in first]
