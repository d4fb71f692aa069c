"""The packs on which everyone must agree, and how hard a population is drawn for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ontology.pack import read_pack
from tests.agreement.drawn import UNKNOWN, Drawn, drawn

if TYPE_CHECKING:
    from ontology.pack import Pack

ON: Final = date(2026, 10, 31)
HOUSEHOLDS: Final = 80
SEED: Final = 1


@dataclass(frozen=True)
class Subject:
    """A pack; `unsaid` are the classes that a graph has no words for.

    `unknown`: so many of the items behind indicators; `derived`: of so many families every
    indicator follows from items.
    """

    folder: Path
    unknown: float = UNKNOWN
    derived: float = 0
    unsaid: frozenset[str] = frozenset()

    @property
    def pack(self) -> Pack:
        return pack_of(self.folder)

    def drawn(self, households: int, seed: int) -> Drawn:
        """A population of so many households."""
        how = {"unknown": self.unknown, "derived": self.derived}
        return drawn(self.pack, ON, households, seed, **how)


@cache
def pack_of(folder: Path) -> Pack:
    return read_pack(folder)


CHINA: Final = Subject(Path(__file__).resolve().parents[2] / "ontology" / "packs" / "china")
EVERY: Final = Subject(
    Path(__file__).resolve().parent / "every",
    unknown=0.25,
    derived=0.3,
    unsaid=frozenset(
        (
            *("kin_of_student", "kin_only_adult", "two_kin", "kin_of_rural", "few_weak_kin"),
            *("home_of_kin", "kinship"),  # through kin, whom a class cannot follow there
            *("drives", "two_cars", "driver", "two_homes"),  # through records
            "great_wealth",  # a product of more than 64 bits
            "called_a",  # a name never reaches a graph
        )
    ),
)
SUBJECTS: Final = {"every": EVERY, "china": CHINA}
