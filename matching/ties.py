"""Who is named with whom: which people and households a decision about one may have to see.

Ties are read from everything that was ever stated, whenever it held, and so name more people than a
decision needs, never fewer: rows that ended or were withdrawn, relatives by a number in dispute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from graph_loader.links import given_numbers, linked_rows
from matching.kin import LINKS, PARENTS
from matching.stated import NUMBERED, about, numbers_of
from ontology.expression import AtLeast, AtMost, Compare, Is, Named, OneOf, Only, Some, parts
from ontology.plan import plan
from ontology.vocabulary import KIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from matching.stated import Tables
    from matching.statuses import Rows
    from ontology.expression import Expression
    from ontology.pack import Pack

AT: Final = pl.UInt32()


@dataclass(frozen=True, slots=True)
class Ties:
    """People and households by their places in two lists of ids, and the ties between them.

    `named`: person, household, of one row. `kin`: person, kin, each pair both ways round.
    """

    people: pl.Series
    households: pl.Series
    named: pl.DataFrame
    kin: pl.DataFrame


def ties(lake: Tables, pack: Pack) -> Ties:
    """The ties of everyone whom the lake names."""
    ids = {unit: _ids(lake, unit) for unit in NUMBERED}
    numbers = {unit: _placed(numbers_of(lake, unit), unit, ids[unit]) for unit in NUMBERED}
    given = given_numbers(lake)
    tables = [linked_rows(lake, source, given) for source in pack.sources]
    named = [_named(rows, numbers) for rows in tables]
    said = {name: _said(tables, name, numbers) for name in LINKS[1:]}
    known = numbers["person"].drop_nulls()
    known = known.select(number=pl.col("person_number").hash(), kin="person")
    none = pl.DataFrame(schema={"person": AT, "household": AT})
    return Ties(
        people=ids["person"],
        households=ids["household"],
        named=pl.concat([none, *named]).unique(),
        kin=_kin(said, known),
    )


def _ids(lake: Tables, unit: str) -> pl.Series:
    """Every id of a unit, once, in order."""
    table = lake.read(NUMBERED[unit][0])
    if unit not in table.collect_schema():
        return pl.Series(unit, [], pl.String)
    return table.select(unit).unique().sort(unit).collect()[unit].drop_nulls()


def _placed(numbers: pl.DataFrame, unit: str, ids: pl.Series) -> pl.DataFrame:
    """Numbers beside the places of the ids that bear them."""
    places = pl.DataFrame({unit: ids}).with_row_index("at")
    return numbers.join(places, on=unit).select(f"{unit}_number", pl.col("at").alias(unit))


def _named(rows: pl.LazyFrame, numbers: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The person and the household of each row that names both."""
    return (
        about(rows, numbers)
        .select("person", "household")
        .drop_nulls()
        .unique()
        .collect(engine="streaming")
    )


def _said(
    tables: list[pl.LazyFrame], name: str, numbers: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """(person, number) of every row that names a relative; a number by its hash.

    Two numbers of one hash make two people relatives who are not, which only shows more of them.
    """
    found = [
        about(rows, numbers)
        .select("person", number=name)
        .drop_nulls()
        .select("person", pl.col("number").hash())
        .unique()
        .collect(engine="streaming")
        for rows in tables
        if name in rows.collect_schema()
    ]
    return pl.concat([pl.DataFrame(schema={"person": AT, "number": pl.UInt64}), *found])


def _kin(said: Mapping[str, pl.DataFrame], known: pl.DataFrame) -> pl.DataFrame:
    """Pairs of relatives as `matching.kin` finds them, whichever of a person's numbers holds."""
    parents = pl.concat([said[name] for name in PARENTS]).unique()
    up = parents.join(known, on="number").select("person", "kin")
    grand = up.join(up.rename({"person": "kin", "kin": "elder"}), on="kin")
    siblings = parents.join(parents.rename({"person": "kin"}), on="number")
    spouses = said["spouse_number"].join(known, on="number")
    found = [up, grand.select("person", kin="elder"), siblings, spouses]
    one = pl.concat([pair.select("person", "kin") for pair in found]).unique()
    other = one.select(person="kin", kin="person")
    return pl.concat([one, other]).filter(pl.col("person") != pl.col("kin")).unique()


def reach(pack: Pack) -> int:
    """How many steps from relative to relative some decision of the pack may read.

    One more than its formulas take: a fact on which departments disagree about one relative may be
    behind what is not known of another.
    """
    made, depths = plan(pack), dict[str, int]()

    def depth(word: str) -> int:
        if word not in depths:
            own = [
                (1 if KIN in part.uses else 0) + max(map(depth, part.uses), default=0)
                for part in made.formulas.get(word, ())
            ]
            versions = pack.classes.get(word, ())
            depths[word] = max([0, *own, *(_deep(v.expression, depth) for v in versions)])
        return depths[word]

    words = [*made.formulas, *pack.classes]
    paid = 1 if any(KIN in text for text in _benefits(pack)) else 0
    return 1 + paid + max(map(depth, words), default=0)


def _deep(expression: Expression, depth: Callable[[str], int]) -> int:
    """The steps of an expression: its roles of relatives, and what its words rest on."""
    inner = max((_deep(part, depth) for part in parts(expression)), default=0)
    match expression:
        case Compare(name) | OneOf(name) | Is(name) | Named(name):
            return depth(name)
        case Some("has_kin") | Only("has_kin") | AtLeast(_, "has_kin") | AtMost(_, "has_kin"):
            return 1 + inner
        case _:
            return inner


def _benefits(pack: Pack) -> Iterator[str]:
    yield from (p.benefit for p in pack.programmes.values() if p.benefit)
    yield from (v.benefit for each in pack.classes.values() for v in each if v.benefit)


def together(count: int, one: Rows, other: Rows) -> Rows:
    """For each of so many things the least that it is tied to, through however many others."""
    least = np.arange(count)
    while True:
        low = np.minimum(least[one], least[other])
        before = least.copy()
        for ends in (one, other):
            np.minimum.at(least, least[ends], low)
            np.minimum.at(least, ends, low)
        least = least[least]
        if np.array_equal(before, least):
            return least
