"""One value for each fact of a person or household, or a conflict between those who state it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

CONFLICTS: Final = {
    "unit": pl.String(),
    "id": pl.String(),
    "item": pl.String(),
    "values": pl.List(pl.String),
    "origins": pl.List(pl.String),
}

MARKS: Final = ("_source", "_load")
PLACE: Final = ("origin", "file", "sheet", "row")
LATER: Final = {
    "decided_on": ("result", "refusal_reason"),
    "withdrawn_on": (),
    "ended_on": (),
    "reviewed_on": ("review_outcome",),
    "complaint_answered_on": (),
    "recovered_on": ("recovered_amount",),
}
AHEAD: Final = ("until", "due_on", "next_review_on", "review_due_on")
"""What comes after a row begins, and what is not known before it."""


def latest(rows: pl.DataFrame) -> pl.DataFrame:
    """What the last load says of each key of a source; a key that it withdrew is not there."""
    if rows["_load"].n_unique() > 1:
        rows = rows.filter(pl.col("_load") == pl.col("_load").max().over("_source", "_key"))
    return rows.filter(~pl.col("_gone").fill_null(value=False)) if "_gone" in rows.columns else rows


def happened(rows: pl.DataFrame, days: Sequence[str], as_of: date) -> pl.DataFrame:
    """What was so on the as-of date: rows begun by it, without what came of them later."""
    begins = [day for day in days if not is_end(day) and day not in LATER]
    if begins:
        begun = pl.all_horizontal(pl.col(begins) <= as_of)
        rows = rows.filter(begun.fill_null(value=True))
    for day, follows in LATER.items():
        if day in rows.columns:
            masked = [day, *(column for column in follows if column in rows.columns)]
            later = (pl.col(day) > as_of).fill_null(value=False)
            rows = rows.with_columns(pl.when(~later).then(pl.col(c)).alias(c) for c in masked)
    return rows


def is_end(day: str) -> bool:
    """Whether a date item looks ahead: until when a fact holds, or when something is due."""
    return day in AHEAD or day.endswith("_until")


def lasting(rows: pl.DataFrame, days: Sequence[str], as_of: date) -> pl.DataFrame:
    """Without the rows that had ended by the day; one that does not say when it ends goes on."""
    ends = [day for day in days if day == "until" or day.endswith("_until")]
    over = [(pl.col(day) <= as_of).fill_null(value=False) for day in ends if day in rows.columns]
    return rows.filter(~pl.any_horizontal(over)) if over else rows


def settle(
    stated: pl.DataFrame, unit: str, items: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each `id` with its items and a place, and the items on which its rows disagree.

    A value that contradicts another is unknown, whichever source says it. Within one source the
    last load that says anything of the subject speaks alone.
    """
    columns = ["id", *items, *PLACE]
    if not stated["id"].is_duplicated().any():
        return stated.select(columns), no_conflicts()
    stated = stated.filter(pl.col("_load") == pl.col("_load").max().over("id", "_source"))
    several = stated.filter(pl.col("id").is_duplicated()).sort("id", "origin")
    single = stated.filter(~pl.col("id").is_duplicated())
    conflicts = pl.concat([no_conflicts(), *(_disagree(several, unit, item) for item in items)])
    merged = several.group_by("id", maintain_order=True).agg(
        *(
            pl.when(pl.col(item).min() == pl.col(item).max()).then(pl.col(item).min()).alias(item)
            for item in items
        ),
        pl.col(PLACE).first(),
    )
    rows = pl.concat([single.select(columns), merged.select(columns)])
    return rows, conflicts.sort("unit", "id", "item")


def _disagree(rows: pl.DataFrame, unit: str, item: str) -> pl.DataFrame:
    said = rows.select("id", "origin", value=pl.col(item).cast(pl.String)).drop_nulls()
    groups = said.group_by("id").agg(
        pl.col("value").unique().sort().alias("values"),
        pl.col("origin").unique().sort().alias("origins"),
    )
    groups = groups.filter(pl.col("values").list.len() > 1)
    return groups.select(
        unit=pl.lit(unit), id=pl.col("id"), item=pl.lit(item), values="values", origins="origins"
    )


def no_conflicts() -> pl.DataFrame:
    """The table of conflicts without a row."""
    return pl.DataFrame(schema=CONFLICTS)
