"""The common workload: six programmes over drawn households, and what plain numpy says of them.

Two are for households, four for persons; two lean on another, one on another's refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

Column: TypeAlias = npt.NDArray[Any]
Flags: TypeAlias = npt.NDArray[np.bool_]
Counts: TypeAlias = dict[str, tuple[int, int]]
"""How many are eligible and how many are not, by programme; the rest is unknown."""

SIZES: Final = (0.2539, 0.2968, 0.2099, 0.1317, 0.0617, 0.0460)
"""Shares of households of one to six, near those of the census of 2020."""
OF_HOUSEHOLDS: Final = ("dibao", "margin")
OF_PERSONS: Final = ("nursing", "living", "medical", "tekun")
LINE: Final = 735
EDGE: Final = 1102.5
ASSETS: Final = 17640
EDGE_ASSETS: Final = 26460
COSTLY: Final = 10_000


@dataclass(frozen=True, slots=True)
class World:
    """Columns of households and of persons; `home` is the household of each person."""

    home: Column
    households: Mapping[str, Column]
    persons: Mapping[str, Column]

    @property
    def decisions(self) -> int:
        """So many answers are asked for."""
        return 2 * len(self.households["car"]) + 4 * len(self.home)


def draw(households: int, seed: int = 1) -> World:
    """The same people for the same seed."""
    rng = np.random.default_rng(seed)
    size = rng.choice(np.arange(1, 7), households, p=SIZES)
    home = np.repeat(np.arange(households), size)
    people = len(home)
    persons = {
        "age": rng.integers(0, 95, people),
        "grade": np.where(rng.random(people) < 0.065, rng.integers(1, 5, people), 0),
        "income": some_money(rng, people, 0.55, (1.6, 1100)),
        "own_pay": some_money(rng, people, 0.15, (1.2, 7000)),
        "no_support": rng.random(people) < 0.04,
    }
    homes = {
        "assets": some_money(rng, households, 0.6, (1, 20000)),
        "car": rng.random(households) < 0.25,
    }
    return World(home, homes, persons)


def some_money(
    rng: np.random.Generator, rows: int, share: float, gamma: tuple[float, float]
) -> Column:
    """Whole yuan for a share of the rows, nothing for the others."""
    return np.where(rng.random(rows) < share, np.round(rng.gamma(*gamma, rows)), 0.0)


def income_per_head(world: World) -> Column:
    """To the cent, as peers hold it."""
    homes = len(world.households["car"])
    total = np.bincount(world.home, weights=world.persons["income"], minlength=homes)
    return np.round(total / np.bincount(world.home, minlength=homes), 2)


def answers(world: World) -> dict[str, Flags]:
    """Who is eligible, in plain numpy."""
    homes, people = world.households, world.persons
    income, assets, car = income_per_head(world), homes["assets"], homes["car"]
    dibao = (income < LINE) & (assets <= ASSETS) & ~car
    margin = ~dibao & (income < EDGE) & (assets <= EDGE_ASSETS) & ~car
    at_home, near = dibao[world.home], margin[world.home]
    return {
        "dibao": dibao,
        "margin": margin,
        "nursing": (people["grade"] >= 1) & (people["grade"] <= 2),
        "living": (people["grade"] >= 1) & at_home,
        "medical": (people["own_pay"] >= COSTLY) & (at_home | near),
        "tekun": (people["age"] >= 60) & people["no_support"] & (people["income"] == 0) & ~at_home,
    }


def counted(found: Mapping[str, Flags]) -> Counts:
    """The counts where everything is known."""
    return {name: (int(flags.sum()), int((~flags).sum())) for name, flags in found.items()}


def blanks(world: World, share: float, seed: int = 2) -> dict[str, Flags]:
    """For each fact: at which rows it is unknown."""
    rng = np.random.default_rng(seed)
    columns = {**world.households, **world.persons}
    return {name: rng.random(len(column)) < share for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Truth:
    """True, false or neither, as two columns."""

    yes: Flags
    no: Flags

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    def at(self, rows: Column) -> Truth:
        """That of the household, for each of its persons."""
        return Truth(self.yes[rows], self.no[rows])


def answers_with_blanks(world: World, unknown: Mapping[str, Flags]) -> Counts:
    """The same by Kleene's logic: what no blank could change is decided, the rest is not."""

    def known(flags: Flags, *facts: str) -> Truth:
        gaps = np.logical_or.reduce([unknown[fact] for fact in facts])
        return Truth(flags & ~gaps, ~flags & ~gaps)

    homes, people = world.households, world.persons
    income, assets = income_per_head(world), homes["assets"]
    gap = np.bincount(world.home, weights=unknown["income"], minlength=len(income)) > 0
    no_car = known(~homes["car"], "car")

    def below(limit: float) -> Truth:
        return Truth((income < limit) & ~gap, (income >= limit) & ~gap)

    dibao = below(LINE) & known(assets <= ASSETS, "assets") & no_car
    margin = ~dibao & below(EDGE) & known(assets <= EDGE_ASSETS, "assets") & no_car
    at_home, near = dibao.at(world.home), margin.at(world.home)
    grade, old = people["grade"], known(people["age"] >= 60, "age")
    alone = old & known(people["no_support"], "no_support")
    found = {
        "dibao": dibao,
        "margin": margin,
        "nursing": known((grade >= 1) & (grade <= 2), "grade"),
        "living": known(grade >= 1, "grade") & at_home,
        "medical": known(people["own_pay"] >= COSTLY, "own_pay") & (at_home | near),
        "tekun": alone & known(people["income"] == 0, "income") & ~at_home,
    }
    return {name: (int(truth.yes.sum()), int(truth.no.sum())) for name, truth in found.items()}
