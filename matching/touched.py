"""Whom the facts that changed between two versions of a lake are about, and whom they may decide.

More people than need be, never fewer: everyone whom a changed row names or named, and everyone
whose decisions read one of these, as ties say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from graph_loader.links import given_numbers, linked_rows
from matching.near import near
from matching.population import COMPLETE, table_of
from matching.seats import halo
from matching.stated import NUMBERED, Tables, about, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graph_loader.changes import Change
    from matching.ties import Ties
    from ontology.pack import Pack

WHO: Final = (("people", "person"), ("people", "minted"), ("source_gaps", "person"))
SAYS: Final = ("people", "households", "source_gaps", "links")
"""The tables beside departments' rows by which someone is known, or something of them is not."""


class Versions(Tables, Protocol):
    """A version of a lake that can be held beside another."""

    def change(self, table: str, since: Any, /) -> Change: ...  # noqa: ANN401 - one of its own kind


@dataclass(frozen=True, slots=True)
class Touched:
    """How many rows changed, and whom they are about: ids of people and of households.

    `keys`: of each source those of which a row or a link changed, whoever they are about. `moved`:
    rows may be about somebody else than before, so that the ties of before count too. `settled`:
    nobody is known by anything else, so that only what departments say has changed.
    """

    rows: int
    ids: pl.Series
    keys: Mapping[str, pl.Series]
    moved: bool
    settled: bool


def declared(lake: Tables) -> pl.DataFrame:
    """What sources declare to be whole, in an order of its own."""
    return table_of(lake, "completeness", COMPLETE).unique().sort(pl.all(), nulls_last=True)


def touched(lake: Versions, before: Versions, pack: Pack) -> Touched:
    """Whom the rows are about that one version has and the other has not, in either of them."""
    says = {table: lake.change(table, before) for table in SAYS}
    said = {source: lake.change(f"rows_{source}", before) for source in pack.sources}
    moved = says["links"].rows > 0 or any(c.gone.height for c in (*says.values(), *said.values()))
    keys = {source: _keys(source, one, says["links"]) for source, one in said.items()}
    keys = {source: some for source, some in keys.items() if some.len()}
    found = [says[table].ids(column).rename("id") for table, column in WHO]
    found += [says["households"].ids("household").rename("id"), says["links"].ids("person")]
    for version in (lake, before) if moved else (lake,):
        found += _named(version, keys)
    rows = sum(one.rows for one in (*said.values(), says["links"], says["source_gaps"]))
    ids = pl.concat(one.rename("id") for one in found).unique().sort()
    return Touched(rows, ids, keys, moved, not any(one.rows for one in says.values()))


def _keys(source: str, rows: Change, links: Change) -> pl.Series:
    """The keys of a source of which a row or a link changed."""
    own = [part.filter(source=source)["key"] for part in (links.new, links.gone) if part.height]
    return pl.concat(one.rename("_key") for one in (rows.ids("_key"), *own)).unique()


def _named(lake: Tables, keys: Mapping[str, pl.Series]) -> Iterable[pl.Series]:
    """The people and the households of all rows of these keys, whenever they were stated."""
    numbers = {unit: numbers_of(lake, unit) for unit in NUMBERED}
    given = given_numbers(lake)
    for source, some in keys.items():
        rows = linked_rows(lake, source, given)
        if "_key" in rows.collect_schema():
            mine = rows.filter(pl.col("_key").is_in(some.implode()))
            known = about(mine, numbers).select("person", "household").collect(engine="streaming")
            yield from (known[unit].drop_nulls() for unit in NUMBERED)


def reached(found: Ties, ids: pl.Series, steps: int) -> pl.Series:
    """Whose decisions may read what is said of these: themselves, their homes, relatives near them.

    `steps`: how many from relative to relative a decision reads. Ids of people and of households;
    the homes of the last relatives are among those whose decisions may read it.
    """
    people, homes = halo(found, *near(found, ids.to_list()), steps)
    known = (
        found.people.gather(people["person"]),
        found.households.gather(homes["household"]),
    )
    return pl.concat([ids, *(one.rename("id") for one in known)]).unique().sort()
