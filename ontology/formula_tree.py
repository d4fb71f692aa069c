"""Formulas as a small typed tree, the only thing that back ends see of their SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

Type: TypeAlias = Literal["number", "boolean", "text", "date", "any"]
Function: TypeAlias = Literal["COUNT", "SUM", "MIN", "MAX"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number, exact."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Word:
    """A literal text."""

    value: str


@dataclass(frozen=True, slots=True)
class Day:
    """A literal date."""

    value: date


@dataclass(frozen=True, slots=True)
class Truth:
    """A literal yes or no."""

    value: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A fact of a row: `of` is "" for the formula's own row, else member, kin or a kind."""

    of: str
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Standard:
    """A dated local number, by its parameter."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers made one; `/` only on the way to a rounding."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values side by side."""

    operator: Literal["<", "<=", ">", ">=", "=", "<>"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among:
    """A value in a list of literals."""

    value: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Every part holds (AND)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part at least holds (OR)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """The part does not hold (NOT)."""

    part: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """The value beside the first condition that holds, else the last (CASE)."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value from the rows of `over`: those that `where` lets through."""

    function: Function
    over: str
    value: Node | None
    where: Node | None


@dataclass(frozen=True, slots=True)
class Age:
    """Full years from a date to the as-of date."""

    birth: Node


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months from a date's month to that of the as-of date."""

    since: Node


@dataclass(frozen=True, slots=True)
class AtLeastKnown:
    """The value; where it is unknown, anything from `bound` upward."""

    value: Node
    bound: Decimal


@dataclass(frozen=True, slots=True)
class Fallback:
    """The first value that is known: a reading of the law (COALESCE)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest or the least of some numbers, unknown if one is."""

    greatest: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A number with so many decimals: to the nearest (half away from zero), up or down."""

    value: Node
    digits: int
    way: Literal["nearest", "up", "down"]


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a region is another or lies in it; or in the place of a `level` around the other."""

    region: Node
    ancestor: Node
    level: str | None = None


Node: TypeAlias = (
    Number
    | Word
    | Day
    | Truth
    | Column
    | Standard
    | Arithmetic
    | Comparison
    | Among
    | Both
    | Either
    | Opposite
    | Choice
    | Aggregate
    | Age
    | Months
    | AtLeastKnown
    | Fallback
    | Extreme
    | Round
    | Within
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that may be computed: its tree, whose it is, and the words it depends on.

    `uses` holds names of items, indicators and classes, `std.<parameter>`, kinds, and
    `enrolled_<ID>`.
    """

    text: str
    unit: str
    root: Node
    uses: frozenset[str]


def type_of(node: Node) -> Type:  # noqa: PLR0911 - one case a type
    """What a node yields."""
    match node:
        case Word():
            return "text"
        case Day():
            return "date"
        case Truth() | Comparison() | Among() | Both() | Either() | Opposite() | Within():
            return "boolean"
        case Column():
            return node.type
        case Choice():
            return type_of(node.otherwise)
        case Fallback():
            return type_of(node.parts[0])
        case Aggregate("MIN" | "MAX", _, value) if value is not None:
            return type_of(value)
        case _:
            return "number"


def children(node: Node) -> tuple[Node, ...]:  # noqa: C901, PLR0911 - one case a node
    """The nodes directly inside this one."""
    match node:
        case Number() | Word() | Day() | Truth() | Column() | Standard():
            return ()
        case Arithmetic() | Comparison():
            return node.left, node.right
        case Among():
            return node.value, *node.options
        case Both() | Either() | Fallback() | Extreme():
            return node.parts
        case Opposite():
            return (node.part,)
        case Choice():
            return *(part for branch in node.branches for part in branch), node.otherwise
        case Aggregate():
            return tuple(part for part in (node.value, node.where) if part is not None)
        case Age():
            return (node.birth,)
        case Months():
            return (node.since,)
        case AtLeastKnown() | Round():
            return (node.value,)
        case Within():
            return node.region, node.ancestor
        case _:
            assert_never(node)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def aggregates(node: Node) -> tuple[Aggregate, ...]:
    """The aggregates inside a node, each once."""
    return tuple({part: None for part in walk(node) if isinstance(part, Aggregate)})
