"""Who was paid in the current or last cycle, and whose application is still open."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import polars as pl

from matching.enrolment import in_cycle, open_on
from ontology.vocabulary import HOUSEHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matching.population import Population
    from ontology.pack import Pack


class Receipts:
    """Payments and open applications of a population, found without scanning them."""

    def __init__(self, pack: Pack, population: Population) -> None:
        periods = {programme.id: programme.period for programme in pack.programmes.values()}
        held, as_of = population.records, population.as_of
        paid, asked = held.get("disbursement"), held.get("application")
        self.paid = _keys(None if paid is None else in_cycle(paid, periods, as_of))
        self.asked = _keys(None if asked is None else open_on(asked, as_of))

    def is_paid(self, programme: str, ids: Iterable[str]) -> bool:
        """Whether one of these persons or households was paid in one cycle."""
        return any(_holds(self.paid, f"{programme}|{unit_id}") for unit_id in ids)

    def is_asked(self, programme: str, ids: Iterable[str]) -> bool:
        """Whether one of these waits for a decision on an application."""
        return any(_holds(self.asked, f"{programme}|{unit_id}") for unit_id in ids)


def _keys(rows: pl.DataFrame | None) -> pl.Series:
    """`programme|id` of every unit that a row is about, sorted."""
    if rows is None:
        return pl.Series([], dtype=pl.String)
    about = pl.when(pl.col("unit") == HOUSEHOLD).then("household").otherwise("person")
    return (
        rows.select(key=pl.format("{}|{}", "programme", about))
        .drop_nulls()
        .unique()
        .sort("key")["key"]
    )


def _holds(keys: pl.Series, key: str) -> bool:
    at = bisect_left(keys, key)
    return at < len(keys) and bool(keys[at] == key)
