"""Who is whose relative, from the numbers of spouse, father and mother that a register holds."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from ontology.to_frame import Role

KINDS: Final = ("spouse", "parent", "child", "grandparent", "grandchild", "sibling")
PARENTS: Final = ("father_number", "mother_number")
CLOSED: Final = "kin_closed"
LINKS: Final = ("number", "spouse_number", *PARENTS)


def kin_table(persons: pl.DataFrame) -> tuple[pl.DataFrame, Role, Role]:
    """The table of relatives, whose each row is, and which person it leads to."""
    numbers = persons.select(
        (pl.col(name) if name in persons.columns else pl.lit(None, pl.String)).alias(name)
        for name in LINKS
    )
    found = kin(numbers)
    owner, leads = (found[column].to_numpy().astype(np.int64) for column in ("person", "kin"))
    table = found.select("kin_number", kind="kin_kind")
    return table, Role("person", "kin", owner, CLOSED), Role("person", "kin", leads)


def kin(people: pl.DataFrame) -> pl.DataFrame:
    """One row for every pair of relatives: `person`, `kin` (row numbers), `kin_kind`, `kin_number`.

    `people` holds number, spouse_number, father_number and mother_number in the order of the rows.
    A relative whom nobody knows has `kin` -1 and keeps the number: a person, of unknown facts.
    """
    people = people.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    parents = _parents(people)
    rows = people.filter(pl.col("number").is_not_null()).select(
        kin_number="number", kin=pl.col("row")
    )
    stated = [
        _edges(parents, "person", "parent_number", "parent"),
        _edges(_spouses(people), "person", "spouse_number", "spouse"),
        _edges(_children(parents, rows), "person", "child_number", "child"),
        _edges(_siblings(parents), "person", "sibling_number", "sibling"),
    ]
    elders = _grandparents(parents, rows)
    stated += [
        _edges(elders, "person", "elder_number", "grandparent"),
        _edges(_grandchildren(elders, rows), "person", "younger_number", "grandchild"),
    ]
    found = pl.concat(stated).unique().join(rows, on="kin_number", how="left")
    return (
        found.with_columns(pl.col("kin").fill_null(-1))
        .filter(pl.col("kin") != pl.col("person"))
        .select("person", "kin", "kin_kind", "kin_number")
        .sort("person", "kin_kind", "kin_number")
    )


def _edges(frame: pl.DataFrame, person: str, number: str, kind: str) -> pl.DataFrame:
    return frame.select(
        person=pl.col(person), kin_number=pl.col(number), kin_kind=pl.lit(kind)
    ).drop_nulls()


def _parents(people: pl.DataFrame) -> pl.DataFrame:
    """(person, own number, parent's number), a row for each stated parent."""
    stated = [
        people.select(person="row", number="number", parent_number=pl.col(column))
        for column in PARENTS
    ]
    return pl.concat(stated).filter(pl.col("parent_number").is_not_null())


def _spouses(people: pl.DataFrame) -> pl.DataFrame:
    """Marriage as either of the two states it."""
    stated = people.select(person="row", number="number", spouse_number="spouse_number")
    stated = stated.filter(pl.col("spouse_number").is_not_null())
    back = stated.select(number="spouse_number", spouse_number="number").join(
        people.select(person="row", number="number"), on="number"
    )
    return pl.concat(
        [stated.select("person", "spouse_number"), back.select("person", "spouse_number")]
    )


def _children(parents: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    known = parents.join(rows, left_on="parent_number", right_on="kin_number")
    return known.select(person="kin", child_number="number")


def _siblings(parents: pl.DataFrame) -> pl.DataFrame:
    """Persons who state the same father or mother, known or not."""
    other = parents.select("parent_number", sibling_number="number")
    both = parents.join(other, on="parent_number")
    return both.filter(pl.col("sibling_number") != pl.col("number"))


def _grandparents(parents: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    middle = parents.join(rows, left_on="parent_number", right_on="kin_number")
    upper = parents.select(kin="person", elder_number="parent_number")
    return middle.join(upper, on="kin").select("person", "number", "elder_number")


def _grandchildren(elders: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    known = elders.join(rows, left_on="elder_number", right_on="kin_number")
    return known.select(person="kin", younger_number="number")
