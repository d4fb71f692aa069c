"""Where each person lives on a day: one household, the latest, or a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date


def current_homes(memberships: pl.DataFrame, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The household of each person, and (person, household) pairs that contradict one another.

    A person registered in several households lives in the one joined last. Where two were joined
    on the same day, or neither says when, the person lives in none of them for certain.
    """
    valid = memberships.filter(
        pl.col("person").is_not_null() & pl.col("household").is_not_null(),
        pl.col("since").is_null() | (pl.col("since") <= as_of),
        pl.col("until").is_null() | (pl.col("until") > as_of),
    )
    pairs = valid.sort("since", "origin", nulls_last=False).unique(
        ["person", "household"], keep="last", maintain_order=True
    )
    joined = pl.col("since").fill_null(pl.date(1, 1, 1))
    last = pairs.filter(joined == joined.max().over("person"))
    several = pl.len().over("person") > 1
    homes = last.filter(~several)
    doubtful = last.filter(several).select("person", "household", "origin")
    return homes, doubtful.sort("person", "household")
