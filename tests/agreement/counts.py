"""How hard a drawn population is: statuses, unknown facts, values at boundaries, open lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from matching.decide import decided_programmes
from ontology.vocabulary import HOUSEHOLD

if TYPE_CHECKING:
    import polars as pl

    from tests.agreement.drawn import Drawn
    from tests.agreement.leaves import Leaf

STATUSES = {True: "eligible", False: "not eligible", None: "undetermined"}


@dataclass(frozen=True, slots=True)
class Counts:
    """Statuses of each programme where one applies; facts that classes test, and what of them."""

    statuses: dict[str, Counter[str]]
    facts: int
    unknown: int
    between: int
    numbers: int
    near: int
    households: int
    open_rosters: int


def counts(drawn: Drawn) -> Counts:
    """What was drawn."""
    facts = unknown = between = numbers = near = 0
    for name, leaf in drawn.leaves.items():
        table = drawn.frames.rows[leaf.item.unit_of]
        column = name if name in table.columns else f"{name}__num"
        facts += table.height
        unknown += table[column].null_count()
        between += ends_alone(table, column)
        if leaf.limits:
            values = exact(name, leaf, table)
            numbers += len(values)
            near += sum(is_near(value, leaf) for value in values)
    rosters = drawn.frames.rows[HOUSEHOLD]["roster_closed"]
    return Counts(
        statuses(drawn),
        *(facts, unknown, between, numbers, near),
        households=len(rosters),
        open_rosters=len(rosters) - int(rosters.sum()),
    )


def too_easy(made: Counts) -> list[str]:
    """What of a population is too easy to prove anything: each is named with how much there is."""
    asked = {
        "facts not known": (made.unknown, made.facts, 0.2),
        "facts of which an end is known": (made.between, made.facts, 0.01),
        "numbers within one step of a boundary": (made.near, made.numbers, 0.5),
        "open rosters": (made.open_rosters, made.households, 0.2),
        **{
            f"{programme} {status}": (by[status], by.total(), 0.01)
            for programme, by in made.statuses.items()
            for status in STATUSES.values()
        },
    }
    return [
        f"{name}: {some:,} of {of:,}, wanted {share:.0%}"
        for name, (some, of, share) in asked.items()
        if some < share * of or not of
    ]


def ends_alone(table: pl.DataFrame, column: str) -> int:
    """Rows where a number is not known, but one of its ends is."""
    if f"{column}__low" not in table.columns:
        return 0
    ends = table[f"{column}__low"].is_not_null() | table[f"{column}__high"].is_not_null()
    return int((table[column].is_null() & ends).sum())


def exact(name: str, leaf: Leaf, table: pl.DataFrame) -> list[Fraction]:
    """The values that are known and are numbers."""
    if name in table.columns:
        return [Fraction(value, leaf.item.scale) for value in table[name].drop_nulls()]
    pairs = zip(table[f"{name}__num"], table[f"{name}__den"], strict=True)
    return [Fraction(top, bottom) for top, bottom in pairs if top is not None and bottom]


def is_near(value: Fraction, leaf: Leaf) -> bool:
    """Whether a value is within one step of some limit."""
    return any(abs(value - Fraction(limit)) <= Fraction(leaf.step) for limit in leaf.limits)


def statuses(drawn: Drawn) -> dict[str, Counter[str]]:
    """Rows of each programme by status, where it applies."""
    found = {}
    for programme in decided_programmes(drawn.pack):
        table = drawn.frames.rows[programme.unit]
        truths = table.filter(table[f"{programme.name}__applicable"])[programme.name]
        found[programme.id] = Counter(STATUSES[truth] for truth in truths)
    return found
