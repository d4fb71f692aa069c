"""Columns by the graph's words: which of them a label carries, when a row holds, who meets whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from graph_loader.schema import Edge, Node, Type
    from ontology.pack import Pack

Ends = tuple[str, str, str]
Nodes = dict[str, pl.DataFrame]
Edges = dict[Ends, pl.DataFrame]

UNIT_OF: Final = (("Person", "person"), ("Household", "household"))
# The graph has one word for a thing that kinds must name apart.
SAME: Final = {
    "enrolled_since": "since",
    "enrolled_until": "until",
    "provider_department": "department",
    "handled_by": "region",
    "household_registered_in": "registered_in",
}
IDENTITY: Final = "identity"  # the sensitivity of numbers and names: they never reach the graph


def items_of(pack: Pack, kinds: Collection[str]) -> frozenset[str]:
    """The items of these kinds or units that may reach the graph."""
    return frozenset(
        item.name
        for item in pack.items.values()
        if item.unit_of in kinds and item.sensitivity != IDENTITY
    )


def properties(
    of: Node | Edge, frames: Iterable[pl.DataFrame], items: frozenset[str]
) -> dict[str, Type]:
    """The declared columns, and every further item that the frames carry."""
    found = dict(of.columns)
    for frame in frames:
        for column in sorted(items.intersection(frame.columns) - schema.RESERVED):
            found.setdefault(column, schema.type_of(column, frame.schema[column]))
    return found


def same_words(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns by the graph's words; what the row itself names wins over what is there."""
    held = set(frame.columns)
    same = {old: new for old, new in SAME.items() if old in held}
    both = {new: pl.coalesce(old, new) for old, new in same.items() if new in held}
    return (
        frame.with_columns(**both)
        .drop([old for old, new in same.items() if new in held])
        .rename({old: new for old, new in same.items() if new not in held})
    )


def running(as_of: date | None) -> pl.Expr:
    """Whether a time from `since` until `until` (exclusive) holds on the day; unknown ends hold."""
    if as_of is None:
        return pl.col("until").is_null()
    begun = pl.col("since").is_null() | (pl.col("since") <= as_of)
    return begun & (pl.col("until").is_null() | (pl.col("until") > as_of))


def pairs(frame: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
    """Edges without properties, from one column to another wherever both are known."""
    return frame.select(pl.col(source).alias("from"), pl.col(target).alias("to")).drop_nulls()


def known(frame: pl.DataFrame, *columns: str) -> list[str]:
    """Those of the columns that the frame has."""
    return [column for column in columns if column in frame.columns]
