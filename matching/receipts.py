"""Who was paid in the current or last cycle, and whose application is still open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import polars as pl

from matching.enrolment import in_cycle, open_on
from ontology.vocabulary import HOUSEHOLD

if TYPE_CHECKING:
    from matching.population import Population
    from ontology.pack import Pack


class Receipts:
    """Payments and open applications of a population, found without scanning them."""

    def __init__(self, pack: Pack, population: Population) -> None:
        periods = {programme.id: programme.period for programme in pack.programmes.values()}
        held, as_of = population.records, population.as_of
        paid, asked = held.get("disbursement"), held.get("application")
        self._paid = _keys(None if paid is None else in_cycle(paid, periods, as_of))
        self._asked = _keys(None if asked is None else open_on(asked, as_of))

    def paid(self, unit_id: str) -> frozenset[str]:
        """The programmes of which a person or household was paid in one cycle."""
        return _programmes(self._paid, unit_id)

    def asked(self, unit_id: str) -> frozenset[str]:
        """The programmes on which a person or household waits for a decision."""
        return _programmes(self._asked, unit_id)


def _keys(rows: pl.DataFrame | None) -> pl.DataFrame:
    """Every unit that a row is about with the programme, sorted by unit."""
    if rows is None:
        return pl.DataFrame(schema={"id": pl.String, "programme": pl.String})
    about = pl.when(pl.col("unit") == HOUSEHOLD).then("household").otherwise("person")
    return rows.select("programme", id=about).drop_nulls().unique().sort("id", "programme")


def _programmes(keys: pl.DataFrame, unit_id: str) -> frozenset[str]:
    first, last = bisect_left(keys["id"], unit_id), bisect_right(keys["id"], unit_id)
    return frozenset(keys["programme"].slice(first, last - first))
