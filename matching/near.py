"""Some households and people decided alone, with those whom their decisions read and nobody else.

What is decided of them is what a run decides of them among everyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.links import given_numbers, linked_rows
from matching.parts import Part, own
from matching.population import population
from matching.seats import halo
from matching.stated import numbers_of
from matching.ties import AT, reach

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from matching.stated import Tables
    from matching.ties import Ties
    from ontology.pack import Pack

ROWS: Final = "rows_"


def around(  # noqa: PLR0913 - what, of what day, about whom
    lake: Tables,
    pack: Pack,
    as_of: date,
    found: Ties,
    ids: Collection[str],
    *,
    also: Mapping[str, pl.Series] | None = None,
) -> Part:
    """The homes of some ids as one part; an id that nobody has is nobody's.

    `also`: keys by source whose rows are read too, as they may be about nobody.
    """
    everyone = population(seen(lake, pack, found, ids, also=also), pack, as_of)
    return Part(0, 1, everyone, own(everyone, home(found, ids), 0))


def home(found: Ties, ids: Collection[str]) -> pl.DataFrame:
    """Who is at home with some ids, as of part 0: they, and their households (`Seats.home`)."""
    people, homes = near(found, ids)
    both = [found.people.gather(people["person"]), found.households.gather(homes["household"])]
    return pl.DataFrame({"id": pl.concat(both)}).with_columns(part=pl.lit(0, AT))


def seen(
    lake: Tables,
    pack: Pack,
    found: Ties,
    ids: Collection[str],
    *,
    also: Mapping[str, pl.Series] | None = None,
) -> Seen:
    """What is about some ids, whenever it held, and about those whom their decisions read."""
    known = halo(found, *near(found, ids), reach(pack))
    both = {
        "person": found.people.gather(known[0]["person"]),
        "household": found.households.gather(known[1]["household"]),
    }
    return Seen.of(lake, both, also)


def near(found: Ties, ids: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people among some ids, and the households: theirs, and all that name one of them."""
    people, homes = placed(found, ids)
    theirs = people.join(found.named, on="person").select("household", "part")
    return people, pl.concat([homes, theirs]).unique()


def placed(found: Ties, ids: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people and the households among some ids, by their places, all of part 0."""
    wanted = pl.Series(list(ids), dtype=pl.String).implode()
    none = pl.lit(0, AT)
    return (
        pl.DataFrame({"person": found.people.is_in(wanted).arg_true()}).with_columns(part=none),
        pl.DataFrame({"household": found.households.is_in(wanted).arg_true()}).with_columns(
            part=none
        ),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of the lake as far as it is about some people and households."""

    lake: Tables
    keys: Mapping[str, pl.Series]
    given: pl.DataFrame
    also: Mapping[str, pl.Series] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lake: Tables,
        ids: Mapping[str, pl.Series],
        also: Mapping[str, pl.Series] | None = None,
    ) -> Seen:
        """What is about these ids, by the numbers under which they are known."""
        keys = dict(ids)
        for unit, some in ids.items():
            numbers = numbers_of(lake, unit)
            mine = numbers.filter(pl.col(unit).is_in(some.implode()))
            keys[f"{unit}_number"] = mine[f"{unit}_number"]
        return cls(lake, keys, given_numbers(lake), also or {})

    def version(self) -> int:
        return self.lake.version()

    def rows(self, table: str) -> pl.LazyFrame:
        """A table, the rows that are linked with the number of their person."""
        source = table.removeprefix(ROWS)
        return (
            self.lake.read(table) if source == table else linked_rows(self.lake, source, self.given)
        )

    def read(self, table: str) -> pl.LazyFrame:
        """The rows of a table that name one of them; of a table that names nobody, all.

        With them come rows of their keys, by which a later load may have put someone else there.
        """
        rows = self.rows(table)
        columns = rows.collect_schema().names()
        named = [
            pl.col(key).is_in(ids.implode()) for key, ids in self.keys.items() if key in columns
        ]
        if not named:
            return rows
        more = self.also.get(table.removeprefix(ROWS))
        if more is not None and "_key" in columns:
            named.append(pl.col("_key").is_in(more.implode()))
        mine = rows.filter(pl.any_horizontal(named).fill_null(value=False))
        if "_key" not in columns:
            return mine
        keys = mine.select("_key").unique().collect(engine="streaming")["_key"]
        return rows.filter(pl.col("_key").is_in(keys.implode()))
