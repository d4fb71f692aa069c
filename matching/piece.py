"""What was decided of some people, as a run keeps it; the pieces of a run hold everyone once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import polars as pl

from matching.decide import DECISIONS, MISSING, decide
from matching.digest import LEAVES, leaves
from matching.facts import CONFLICTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from matching.decide import Decided
    from matching.parts import Part
    from matching.population import Population
    from ontology.pack import Pack


@dataclass(frozen=True, slots=True)
class Piece:
    """The tables of a run for some people, and the leaves of its digest."""

    decisions: pl.DataFrame
    missing: pl.DataFrame
    conflicts: pl.DataFrame
    leaves: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Each table by its name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: Final = tuple(one.name for one in fields(Piece))
NOBODY: Final = Piece(*(pl.DataFrame(schema=s) for s in (DECISIONS, MISSING, CONFLICTS, LEAVES)))
"""The tables without a row."""


def piece_of(
    population: Population,
    decided: Decided,
    mine: Callable[[pl.DataFrame], pl.DataFrame] = pl.DataFrame.clone,
) -> Piece:
    """What was decided, or as much of it as `mine` leaves."""
    decisions = mine(decided.decisions)
    return Piece(
        decisions=decisions,
        missing=mine(decided.missing),
        conflicts=mine(population.conflicts),
        leaves=leaves(decisions, population.aliases),
    )


def decided_part(pack: Pack, part: Part) -> Piece:
    """A part's own households and people, decided."""
    decided = decide(pack, part.population, part.population.as_of)
    return piece_of(part.population, decided, part.mine)
