"""Households, persons, who belongs to whom: the units of the graph, with what criteria read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader import schema
from graph_loader.graph_rows import items_of, known, properties, running, same_words
from graph_loader.schema import Edge, Properties, shaped, stacked
from ontology.graph_columns import graph_columns
from ontology.vocabulary import DIED_ON, days_of_death

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from graph_loader.facts import Facts, PartFacts
    from graph_loader.graph_rows import Edges, Nodes
    from ontology.pack import Pack

UNIT_NODES: Final = (("household", schema.HOUSEHOLD), ("person", schema.PERSON))
HOMES: Final[Properties] = {"household": "text", "person": "text"}


def units(facts: Facts, pack: Pack, as_of: date | None) -> Nodes:
    """Households and persons as they are on the day, each with its items and what criteria read."""
    criteria = graph_columns(pack)
    members = _current(shaped(facts.members, {**HOMES, **schema.MEMBERSHIP}), as_of)
    sizes = members.group_by("household").agg(pl.len().cast(pl.Int64).alias("size"))
    home = members.sort("since", "household", descending=[True, False], nulls_last=True)
    home = home.unique("person", keep="first", maintain_order=True)
    read = {
        "household": _read(facts.households, criteria.get("household", ())),
        "person": _read(facts.persons, criteria.get("person", ())),
    }
    households = same_words(facts.households).drop("size", strict=False)
    households = households.with_columns(read["household"])
    regions = households.select("id", *known(households, "region"))
    households = households.join(sizes, left_on="id", right_on="household", how="left")
    persons = (
        facts.persons.with_columns(read["person"])
        .drop("household", "region", "relation", strict=False)
        .join(
            home.select("person", "household", "relation"),
            left_on="id",
            right_on="person",
            how="left",
        )
        .join(regions, left_on="household", right_on="id", how="left")
    )
    persons = _with_deaths(persons, facts, pack)
    if "name" in persons.columns:
        persons = persons.with_columns(name_masked=pl.col("name").str.slice(0, 1) + "*")
    return {
        node.name: shaped(
            frame, properties(node, [frame], items_of(pack, {unit}) | {*read[unit].columns})
        )
        for (unit, node), frame in zip(UNIT_NODES, (households, persons), strict=True)
    }


def _read(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """What criteria read of a unit; the ends of a number only where the number is unknown."""
    return frame.select(
        pl.when(pl.col(whole).is_null()).then(pl.col(column)).alias(column)
        if (whole := column.removesuffix("__low").removesuffix("__high")) != column
        else pl.col(column)
        for column in columns
        if column in frame.columns
    )


def _with_deaths(persons: pl.DataFrame, facts: Facts, pack: Pack) -> pl.DataFrame:
    """Persons with the day of their death, the day by which they were dead, and where it stands."""
    deaths = _deaths(facts, pack)
    if DIED_ON not in persons.columns:
        return persons.join(deaths, left_on="id", right_on="person", how="left")
    persons = persons.join(deaths.drop(DIED_ON), left_on="id", right_on="person", how="left")
    return persons.with_columns(dead_by=pl.min_horizontal(DIED_ON, "dead_by"))


def _deaths(facts: Facts, pack: Pack) -> pl.DataFrame:
    """The first day of death that any kind of record states of a person.

    And the first by which one shows him dead (a cremation does too), with where that stands.
    """
    said: Properties = {"person": "text", "dead_by": "date", "died_on": "date", "origin": "text"}
    stated = [
        frame.with_columns(dead_by=day)
        for kind, frame in facts.records.items()
        for day in days_of_death(pack.items, kind)
        if day in frame.columns
    ]
    days = stacked(stated, said).drop_nulls(["person", "dead_by"])
    days = days.sort("dead_by", DIED_ON, "origin", nulls_last=True)
    return days.group_by("person", maintain_order=True).agg(
        pl.col("dead_by").first(),
        pl.col(DIED_ON).min(),
        pl.col("origin").first().alias("death_origin"),
    )


def _current(frame: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    return frame.filter(running(as_of))


def family(part: PartFacts) -> Edges:
    """Members of households, and kin across them."""
    members = part.mine(part.facts.members, "household").rename(
        {"household": "from", "person": "to"}, strict=False
    )
    kin = part.mine(part.facts.kin, "person").rename({"person": "from", "kin": "to"}, strict=False)
    has_member = Edge("", "", "", "", "", schema.MEMBERSHIP)
    found = {
        ("Household", "HAS_MEMBER", "Person"): shaped(members, has_member.columns),
        ("Person", "KIN", "Person"): shaped(kin, {"from": "text", "to": "text", "kind": "text"}),
    }
    return {
        ends: frame.drop_nulls(["from", "to"]).unique(maintain_order=True)
        for ends, frame in found.items()
    }
