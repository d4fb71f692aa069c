"""What a criterion reads of a household or person: the columns that a graph must hold to decide.

A node carries a column under its own name. The ends of a number that is known only up to an
interval (`x__low`, `x__high`) stand only where `x` itself is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, assert_never

from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.formula_tree import (
    Aggregate,
    Arithmetic,
    AtLeastKnown,
    Choice,
    Column,
    Extreme,
    Fallback,
    Node,
    Round,
)
from ontology.vocabulary import HOUSEHOLD, NUMBERS, PERSON, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ontology.plan import Plan, Policies
    from ontology.vocabulary import Vocabulary

LABELS: Final = {HOUSEHOLD: "Household", PERSON: "Person"}
ROSTER: Final = "roster_closed"
SIDES: Final = ("__num", "__den")
ENDS: Final = ("__low", "__high")
# The graph has its own meaning for these words; kglite invents some of them.
TAKEN: Final = frozenset(
    [
        *("id", "label", "name", "title", "type"),
        *("size", "region", "household", "relation", "origin", "name_masked"),
    ]
)
IDENTITY: Final = "identity"
"""The sensitivity of names and numbers: they never reach the graph."""


def is_held(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a graph may carry a fact under its name."""
    item = vocabulary.field(name)
    return item is not None and item.sensitivity != IDENTITY and name not in TAKEN


def graph_columns(pack: Policies) -> Mapping[str, tuple[str, ...]]:
    """The columns of an evaluated population that the classes of a pack read, by unit."""
    found: dict[str, set[str]] = defaultdict(set)
    for versions in pack.classes.values():
        for version in versions:
            for unit, name in read(version.expression, version.unit, pack.vocabulary):
                found[unit].add(name)
    return {unit: tuple(sorted(found[unit])) for unit in LABELS if unit in found}


def read(expression: Expression, unit: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Unit and column of each fact, roll and roster that an expression reads."""
    match expression:
        case Compare(name) | OneOf(name) | Is(name):
            yield from ((unit, column) for column in columns_of(name, vocabulary))
        case Received(programme):
            yield unit, f"received_{programme}"
        case Named(name):
            word = vocabulary.classes.get(name)
            if word and word.programme:
                yield word.unit, f"enrolled_{word.programme}"
        case AllOf(inner) | AnyOf(inner):
            for part in inner:
                yield from read(part, unit, vocabulary)
        case Not(part):
            yield from read(part, unit, vocabulary)
        case Some(role, part) | Only(role, part) | AtLeast(_, role, part) | AtMost(_, role, part):
            if role == "has_member":
                yield unit, ROSTER
            yield from read(part, vocabulary.roles[role].to, vocabulary)
        case _:
            assert_never(expression)


def columns_of(name: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Every column that a fact may be held in; none for what never reaches the graph."""
    item = vocabulary.field(name)
    if item is None or not is_held(name, vocabulary):
        return
    ratio = isinstance(item, Indicator) and item.is_ratio
    for side in SIDES if ratio else ("",):
        yield f"{name}{side}"
        if item.datatype in NUMBERS:
            yield from (f"{name}{side}{end}" for end in ENDS)


def may_be_interval(name: str, made: Plan) -> bool:
    """Whether a number may be known only up to its two ends: a count, a sum, or what uses one."""
    return any(spreads(part.root, made) for part in made.formulas.get(name, ()))


def spreads(node: Node, made: Plan) -> bool:  # noqa: PLR0911 - one case a node
    """Whether a formula may yield two ends; a condition inside it never makes them."""
    match node:
        case Column("" | "household", name):
            return may_be_interval(name, made)
        case Aggregate(function):
            return function in {"COUNT", "SUM"}
        case AtLeastKnown():
            return True
        case Arithmetic(_, left, right):
            return spreads(left, made) or spreads(right, made)
        case Choice(branches, otherwise):
            return any(spreads(value, made) for value in [*(v for _, v in branches), otherwise])
        case Extreme(_, inner) | Fallback(inner):
            return any(spreads(part, made) for part in inner)
        case Round(value):
            return spreads(value, made)
        case _:
            return False
