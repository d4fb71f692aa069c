"""Households and persons as tables: one row each, with the facts that hold on the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.facts import MARKS, PLACE, no_conflicts, settle
from matching.homes import current_homes
from matching.stated import MEMBERSHIP, items_of, typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from matching.stated import Stated, Tables
    from matching.statuses import Rows
    from ontology.pack import Pack
    from ontology.vocabulary import Item

ID_NUMBER: Final = {"number": "id_number", "name": "name"}
NUMBER: Final = {"number": "number"}
HANDLED: Final = ("handled_by", "household_registered_in")
"""The region that decides: where the household is handled, else where it is registered."""


@dataclass(frozen=True, slots=True)
class Units:
    """Both tables, the household row of each person (-1: none), and what contradicts itself.

    Persons stand in the order of their households, those without one at the end. `statements`
    holds, of a unit on which several sources speak, who says something and where, and what each
    says of the items on which any two disagree.
    """

    households: pl.DataFrame
    persons: pl.DataFrame
    home: Rows
    members: pl.DataFrame
    conflicts: pl.DataFrame
    statements: Mapping[str, pl.DataFrame]


def units(found: Sequence[Stated], pack: Pack, as_of: date, *, tables: Tables) -> Units:
    """Everyone whom a department has named, with number and name as they were linked."""
    said = {unit: _said(found, pack, unit, as_of) for unit in ("household", "person")}
    households, disagree = _facts(found, pack, "household", said["household"])
    persons, differ = _facts(found, pack, "person", said["person"])
    persons = _born(persons, pack, as_of)
    homes = memberships(found).join(persons.select(person="id"), on="person", how="semi")
    members, doubtful = current_homes(homes, as_of)
    persons = _linked(persons, tables.read("people").collect(), "person", ID_NUMBER)
    households = _linked(households, tables.read("households").collect(), "household", NUMBER)
    households = _located(households).sort("id").with_row_index("home")
    persons = persons.join(
        members.select(id="person", household="household", relation="relation"),
        on="id",
        how="left",
    ).join(households.select("home", "region", household="id"), on="household", how="left")
    persons = persons.sort("home", "id", nulls_last=True)
    home = persons["home"].cast(pl.Int64).fill_null(-1).to_numpy()
    disputed = {"household": disagree["item"].unique(), "person": differ["item"].unique()}
    return Units(
        households.drop("home"),
        persons.drop("home"),
        home.astype(np.int64),
        members,
        pl.concat([disagree, differ, _doubts(doubtful)]),
        {
            unit: pl.concat(rows).select("id", *MARKS, *PLACE, *disputed[unit].sort())
            for unit, rows in said.items()
            if len(rows) > 1
        },
    )


def _born(persons: pl.DataFrame, pack: Pack, as_of: date) -> pl.DataFrame:
    """Without those born between the day and the last that sources speak of: nobody is before.

    A birthday still later than that is a slip, and leaves an age that nobody knows.
    """
    wholes = [source.complete for source in pack.sources.values() if source.complete]
    last = max([day for one in wholes if (day := one.until or one.as_of)], default=as_of)
    if "birth_date" not in persons.columns or last <= as_of:
        return persons
    later = (pl.col("birth_date") > as_of) & (pl.col("birth_date") <= last)
    return persons.filter(~later.fill_null(value=False))


def memberships(found: Sequence[Stated]) -> pl.DataFrame:
    """Every stated membership: person, household, relation, since, until, origin."""
    columns = {
        "person": pl.String(),
        "household": pl.String(),
        "relation": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
        "origin": pl.String(),
    }
    frames = [
        one.rows.select(
            (pl.col(name) if name in one.rows.columns else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in columns.items()
        )
        for one in found
        if one.kind == MEMBERSHIP
    ]
    return pl.concat([pl.DataFrame(schema=columns), *frames])


def _said(found: Sequence[Stated], pack: Pack, unit: str, as_of: date) -> list[pl.DataFrame]:
    """What each source says of a unit."""
    items = items_of(pack, unit)
    names = {item.name for item in items}
    stating = [one for one in found if names & set(one.rows.columns)]
    return [_statements(one.rows, unit, items, as_of) for one in stating]


def _facts(
    found: Sequence[Stated], pack: Pack, unit: str, said: list[pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row for each id that any source names, with its items and where the first stands."""
    items = items_of(pack, unit)
    known = pl.concat(
        [pl.DataFrame(schema={"id": pl.String}), *(_ids(o.rows, unit) for o in found)]
    )
    known = known.unique().sort("id")
    if not said:
        places = {name: pl.lit(None, pl.String) for name in PLACE[:-1]}
        empty = typed(known, items).with_columns(**places, row=pl.lit(None, pl.Int64))
        return empty, no_conflicts()
    facts, conflicts = settle(pl.concat(said), unit, [item.name for item in items])
    return known.join(facts, on="id", how="left", maintain_order="left"), conflicts


def _ids(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    return rows.select(id=pl.col(unit)).drop_nulls()


def _statements(rows: pl.DataFrame, unit: str, items: Sequence[Item], as_of: date) -> pl.DataFrame:
    """What the rows say of the unit: by those that still hold, else by those that ended."""
    rows = rows.filter(pl.col(unit).is_not_null())
    if "until" in rows.columns:
        holds = pl.col("until").is_null() | (pl.col("until") > as_of)
        rows = rows.filter(holds | ~holds.any().over(unit))
    rows = typed(rows, items)
    return rows.select(pl.col(unit).alias("id"), *(i.name for i in items), *MARKS, *PLACE)


def _linked(
    rows: pl.DataFrame, ids: pl.DataFrame, unit: str, columns: Mapping[str, str]
) -> pl.DataFrame:
    """With the first number (and name) under which the unit is known."""
    if ids.is_empty():
        return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in columns)
    known = ids.select(pl.col(unit).alias("id"), **{n: pl.col(c) for n, c in columns.items()})
    known = known.unique("id", keep="first", maintain_order=True)
    return rows.join(known, on="id", how="left", maintain_order="left")


def _located(households: pl.DataFrame) -> pl.DataFrame:
    regions = [column for column in HANDLED if column in households.columns]
    region = pl.coalesce(regions) if regions else pl.lit(None, pl.String)
    return households.with_columns(region=region)


def _doubts(doubtful: pl.DataFrame) -> pl.DataFrame:
    """Membership as a conflict, of the person and of each household that claims the person."""
    said = [
        doubtful.group_by(pl.col(unit).alias("id"))
        .agg(
            pl.col(other).unique().sort().alias("values"),
            pl.col("origin").unique().sort().alias("origins"),
        )
        .select(
            unit=pl.lit(unit), id="id", item=pl.lit(MEMBERSHIP), values="values", origins="origins"
        )
        for unit, other in (("household", "person"), ("person", "household"))
    ]
    return pl.concat([no_conflicts(), *said]).sort("unit", "id")
