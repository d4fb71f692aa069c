"""Months taken over from those of an earlier version of the lake, but for whom changes touch."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.changes import change
from matching.anew import whom
from matching.decide import decide
from matching.month_parts import PARTS, parts_of
from matching.monthly import KEYS, month_of
from matching.months import TABLES
from matching.near import home, seen
from matching.parts import own
from matching.population import population
from matching.stated import on_day, told, undated

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from matching.anew import Whom
    from matching.months import Kept, Progress
    from matching.population import Population
    from matching.stated import Stated, Tables
    from matching.ties import Ties
    from matching.touched import Versions
    from ontology.pack import Pack

GROUP: Final = ("part", "region", "programme")


def taken_over(  # noqa: PLR0913 - from what, to what, and how many at most
    before: tuple[Versions, Kept],
    now: tuple[Versions, Kept],
    pack: Pack,
    days: Sequence[date],
    *,
    limit: int,
    progress: Progress,
) -> int:
    """Keep each of these months that an earlier version of the lake has; how many these were.

    Whom facts touch that changed in between is decided anew in each month, as far as these are at
    most `limit` people and households; everyone else is as in the month that is kept.
    """
    (then, old), (lake, new) = before, now
    wanted = [day for day in days if old.has(day) and not new.has(day)]
    found = whom(lake, then, pack, limit) if wanted else ""
    if isinstance(found, str):
        return 0
    gone, come = Near.of(then, pack, found.before, found), Near.of(lake, pack, found.ties, found)
    for done, day in enumerate(wanted):
        progress(f"{day:%Y-%m}", done, len(wanted))
        if found.settled and same(gone.says(found.keys, day), come.says(found.keys, day)):
            new.save(day, {name: old.read(day, name) for name in TABLES}, old.about(day)["lacks"])
            continue
        both = gone.on(day), come.on(day)
        ids = pl.concat([found.ids, *(one.own for one in both)]).unique()
        less, more = (one.month(pack, ids) for one in both)
        rows = old.read(day, "rows").filter(~pl.col("id").is_in(ids.implode()))
        tables = {
            "rows": pl.concat([rows, more["rows"]]).sort(*KEYS),
            "parts": counted(old.read(day, "parts"), less["parts"], more["parts"]),
        }
        new.save(day, tables, old.about(day)["lacks"])
    progress("", len(wanted), len(wanted))
    return len(wanted)


@dataclass(frozen=True, slots=True)
class Near:
    """What one version of the lake says of some people and of those whom their decisions read."""

    lake: Tables
    pack: Pack
    said: Sequence[Stated]
    here: pl.DataFrame

    @classmethod
    def of(cls, lake: Tables, pack: Pack, found: Ties, touched: Whom) -> Near:
        """The same for those whom changes touch."""
        ids = touched.ids.to_list()
        tables = seen(lake, pack, found, ids, also=touched.keys)
        return cls(tables, pack, told(tables, pack), home(found, ids))

    def says(self, sources: Collection[str], day: date) -> list[pl.DataFrame]:
        """What these sources say that counts on a day, or may."""
        some = [one for one in self.said if one.source in sources]
        return [
            *(one.rows for one in on_day(some, self.pack, day)),
            undated(some, self.pack, day),
        ]

    def on(self, day: date) -> Day:
        """The people as they were on a day."""
        everyone = population(self.lake, self.pack, day, said=self.said)
        return Day(everyone, own(everyone, self.here, 0).rename("id"))


@dataclass(frozen=True, slots=True)
class Day:
    """Some people on a day, and who among them is certain to be decided as among everyone."""

    people: Population
    own: pl.Series

    def month(self, pack: Pack, ids: pl.Series) -> Mapping[str, pl.DataFrame]:
        """What is kept of the month, of these ids alone."""
        decided = decide(pack, self.people, self.people.as_of)
        rows = month_of(pack, self.people, decided).filter(pl.col("id").is_in(ids.implode()))
        return {"rows": rows, "parts": parts_of(pack, self.people, decided, rows, ids)}


def same(one: Sequence[pl.DataFrame], other: Sequence[pl.DataFrame]) -> bool:
    """Whether tables hold the same rows, whatever their order."""
    return len(one) == len(other) and not any(map(attrgetter("rows"), map(change, one, other)))


def counted(whole: pl.DataFrame, less: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """What counts in a month once some of it is gone and some has come (`month_parts.PARTS`)."""
    sums = [_sums(whole), _sums(less).with_columns(-pl.col("weight")), _sums(more)]
    both = pl.concat(sums).group_by(GROUP).agg(pl.col("weight").sum()).filter(pl.col("weight") != 0)
    named = whole.filter(pl.col("what").is_not_null())
    named = named.join(less, on=[*GROUP, "what"], how="anti", nulls_equal=True)
    found = more.filter(pl.col("what").is_not_null())
    left = both.with_columns(what=pl.lit(None, pl.String)).select(*PARTS)
    return pl.concat([named, found, left]).sort(*PARTS)


def _sums(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.filter(pl.col("what").is_null()).drop("what")
