"""A version of the lake in parts of households, to decide more people than memory holds.

Deciding part by part gives the very rows that deciding everyone at once gives. A part holds all
rows about its own households and people, and about its halo: others whose facts decisions of its
own read. The halo is decided too, from what the part has of it, and none of that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.links import given_numbers, linked_rows
from graph_loader.scratch import scratch_folder
from matching.population import population
from matching.seats import Seats, seats
from matching.stated import NUMBERED, numbers_of
from matching.ties import reach, ties

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from matching.population import Population
    from matching.stated import Tables
    from ontology.pack import Pack

PLACE: Final = "_place"
PART: Final = "_part"
LAST: Final = "_last"
SEVERAL: Final = 2
KEYS: Final = 5_000_000
LIST: Final = pl.List(pl.UInt32)
SEATED: Final = ("people", "households", "source_gaps")


@dataclass(frozen=True)
class Part:
    """One part: everyone in it, and which of them it decides.

    `own` holds the ids of the households and persons that this part decides and no other does.
    """

    number: int
    of: int
    population: Population
    own: pl.Series

    def mine(self, table: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The rows that are this part's own, by the first of these columns that names someone.

        Rows about nobody lie in one part only, and are its own.
        """
        who = pl.coalesce(columns or ("id",))
        return table.filter(who.is_null() | who.is_in(self.own.implode()))

    def records(self, kind: str) -> pl.DataFrame:
        """The part's own records: those about a household are that household's."""
        rows = self.population.records[kind]
        home = pl.when(pl.col("unit") == "household").then("household")
        return self.mine(rows.with_columns(home.alias(PART)), PART, "person", "household").drop(
            PART
        )


def parts(
    lake: Tables,
    pack: Pack,
    as_of: date,
    households_a_part: int,
    *,
    scratch: Path | None = None,
) -> Generator[Part]:
    """Everyone whom a version of the lake names, a part at a time; the order says nothing.

    `scratch`: the folder for a copy of the lake by parts, as large as the lake; it is removed when
    the last part was taken, or the iterator closed.
    """
    for copied, made, number in shares(lake, pack, households_a_part, scratch=scratch):
        yield part_of(copied, pack, as_of, made, number)


def shares(
    lake: Tables, pack: Pack, households_a_part: int, *, scratch: Path | None = None
) -> Generator[tuple[Copy, Seats, int]]:
    """The lake by parts, for one day or many: the copy, who sits where in it, a part's number."""
    made = seats(ties(lake, pack), reach(pack), households_a_part)
    with scratch_folder("parts", scratch) as folder:
        copied = copy(lake, pack, made, folder)
        for number in range(made.of):
            yield copied, made, number


def part_of(copied: Copy, pack: Pack, as_of: date, made: Seats, number: int) -> Part:
    """One part of a copy."""
    everyone = population(copied.part(number), pack, as_of)
    return Part(number, made.of, everyone, own(everyone, made.home, number))


def own(everyone: Population, home: pl.DataFrame, number: int) -> pl.Series:
    """Whom a part decides: households at home in it, who lives there, and who lives nowhere there.

    Where a person lives is known for certain in every part that has a household which names the
    person, so that one part and no other finds the person in a household of its own.
    """
    here = home.filter(pl.col("part") == number)["id"].implode()
    ids = pl.col("id")
    lives = pl.coalesce("household", "id").is_in(here)
    found = [everyone.households.filter(ids.is_in(here)), everyone.persons.filter(lives)]
    return pl.concat([table["id"] for table in found])


@dataclass(frozen=True, slots=True)
class Copy:
    """The lake's tables by parts, in a folder; what is about nobody is read from the lake."""

    lake: Tables
    folder: Path
    of: int

    def part(self, number: int) -> OnePart:
        """The tables of one part."""
        return OnePart(self, number)


@dataclass(frozen=True, slots=True)
class OnePart:
    """A version of the lake as far as one part sees it."""

    copy: Copy
    number: int

    def version(self) -> int:
        return self.copy.lake.version()

    def read(self, table: str) -> pl.LazyFrame:
        """The rows of a table that this part sees, in their order where that says something."""
        whole = self.copy.folder / table
        if not whole.exists():
            return self.copy.lake.read(table)
        folder = whole / f"{PART}={self.number}"
        if not folder.exists():
            return self.copy.lake.read(table).clear()
        rows = pl.scan_parquet(folder / "*.parquet")
        return rows.sort(PLACE).drop(PLACE) if PLACE in rows.collect_schema() else rows


def copy(lake: Tables, pack: Pack, made: Seats, folder: Path) -> Copy:
    """The lake's rows written once more, each in every part that sees whom it is about."""
    by_id = {"person": made.people, "household": made.households}
    several = made.people.height + made.households.height > made.home.height
    lists = {unit: _listed(who, unit, several=several) for unit, who in by_id.items()}
    numbered = {
        f"{unit}_number": numbers_of(lake, unit).join(lists[unit], on=unit).drop(unit)
        for unit in NUMBERED
    }
    given = given_numbers(lake)
    for source in pack.sources:
        rows = newest(linked_rows(lake, source, given))
        _spread(rows, numbered, made.of, folder / f"rows_{source}")
    for table in SEATED:
        rows = lake.read(table)
        if PLACE not in rows.collect_schema():
            rows = rows.with_row_index(PLACE)
        _spread(rows, lists, made.of, folder / table)
    return Copy(lake, folder, made.of)


def newest(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows without those whose key a later load brought again, which may name someone else.

    Only keys that came again are held, and a few million others at a time while they are sought.
    """
    if "_key" not in rows.collect_schema():
        return rows
    told = rows.select(pl.len(), loads=pl.col("_load").n_unique()).collect(engine="streaming")
    height, loads = told.row(0)
    if loads < SEVERAL:
        return rows
    turns = height // KEYS + 1
    again = pl.concat([_again(rows, turn, turns) for turn in range(turns)])
    last = rows.join(again.lazy(), on="_key", how="left", maintain_order="left")
    return last.filter(pl.col(LAST).is_null() | (pl.col(LAST) == pl.col("_load"))).drop(LAST)


def _again(rows: pl.LazyFrame, turn: int, turns: int) -> pl.DataFrame:
    """Keys that came with several loads, and the last of these; one share of all keys."""
    return (
        rows.select("_key", "_load")
        .filter(pl.col("_key").hash() % turns == turn)
        .group_by("_key")
        .agg(pl.col("_load").max().alias(LAST), first=pl.col("_load").min())
        .filter(pl.col("first") < pl.col(LAST))
        .drop("first")
        .collect(engine="streaming")
    )


def _listed(who: pl.DataFrame, unit: str, *, several: bool) -> pl.DataFrame:
    """The parts of each id: a list where some have several."""
    if not several:
        return who.rename({"part": PART})
    return who.group_by(unit).agg(pl.col("part").alias(PART))


def _spread(
    rows: pl.LazyFrame, parts_of: Mapping[str, pl.DataFrame], of: int, folder: Path
) -> None:
    """Write each row into the parts that see it, in one pass that holds little of it at a time."""
    columns = rows.collect_schema().names()
    keys = [key for key in parts_of if key in columns]
    if not keys:
        return
    for key in keys:
        found = parts_of[key].rename({PART: f"{PART}{key}"})
        rows = rows.join(found.lazy(), on=key, how="left")
    nobody = pl.col("_key").hash() % of if "_key" in columns else pl.lit(0)
    rows = _in_parts(rows, [f"{PART}{key}" for key in keys], nobody.cast(pl.UInt32))
    by_part = pl.PartitionBy(folder, key=PART, include_key=False)
    rows.select(*columns, PART).sink_parquet(by_part, compression="lz4", mkdir=True)


def _in_parts(rows: pl.LazyFrame, found: Sequence[str], nobody: pl.Expr) -> pl.LazyFrame:
    """A row for each part that one of these columns says, at least one."""
    if rows.collect_schema()[found[0]] != LIST:
        return rows.with_columns(pl.coalesce(*found, nobody).alias(PART))
    none = pl.lit([], LIST)
    all_of = pl.concat_list(pl.col(name).fill_null(none) for name in found).list.unique()
    some = pl.when(all_of.list.len() > 0).then(all_of).otherwise(pl.concat_list(nobody))
    return rows.with_columns(some.alias(PART)).explode(PART)
