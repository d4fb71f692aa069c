"""One county decided at once here and in parts by Spark, and the two runs side by side."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
import polars.selectors as cs

from aidgraph.cli import DEMO_AS_OF
from aidgraph.deciding import quiet
from aidgraph.road import Road
from aidgraph.settings import Settings
from demo.county import make
from matching.piece import TABLES
from matching.run import run_table

if TYPE_CHECKING:
    from pathlib import Path

    from matching.run import Run

MASTER: Final = "local[2]"
AGAIN: Final = 40


@dataclass(frozen=True)
class Both:
    """Both runs, the rows in which a table of theirs differs, and seconds by the clock."""

    local: Run
    spark: Run
    rows: dict[str, int]
    other: dict[str, int]
    seconds: tuple[float, float]


def county(home: Path, households: int) -> None:
    """A county's files loaded, and some of the register's rows once more, said otherwise."""
    make(home, households=households)
    road = Road(Settings(home=home, as_of=DEMO_AS_OF))
    road.load([road.settings.files], quiet)
    road.link()
    rows = road.lake.read("rows_household_register").head(AGAIN).collect()
    changed = rows.with_columns(_load=pl.col("_load") + 1, school_stage=pl.lit("university"))
    road.lake.commit({"rows_household_register": changed}, "said otherwise")


def both(home: Path, part: int) -> Both:
    """The county's run as one, and that of Spark in parts of so many households."""
    whole = Road(Settings(home=home, as_of=DEMO_AS_OF, part=10**9))
    other = Road(Settings(home=home, as_of=DEMO_AS_OF, part=part, spark_master=MASTER))
    began = time.perf_counter()
    local = whole.match()
    tables = {name: table(whole, local, name) for name in TABLES}
    between = time.perf_counter()
    spark = other.match(engine="spark")
    ended = time.perf_counter()
    found = {name: table(other, spark, name) for name in TABLES}
    return Both(
        local,
        spark,
        {name: one.height for name, one in tables.items()},
        {name: differing(tables[name], found[name]) for name in TABLES},
        (between - began, ended - between),
    )


def table(road: Road, run: Run, name: str) -> pl.DataFrame:
    """A table of a run, its rows in order."""
    found = run_table(road.settings.runs, run, name)
    flat = found.with_columns(cs.by_dtype(pl.List(pl.String)).list.join("|"))
    return flat.sort(flat.columns)


def differing(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many rows only one of them has."""
    if one.columns != other.columns:
        return one.height + other.height
    only = [
        a.join(b, on=a.columns, how="anti", nulls_equal=True).height
        for a, b in ((one, other), (other, one))
    ]
    return sum(only) + abs(one.height - other.height)
