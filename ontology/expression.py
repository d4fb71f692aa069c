"""The language of criteria: a class expression of OWL 2 DL as a small tree of plain data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar: TypeAlias = str | Decimal
Operator: TypeAlias = Literal["<", "<=", ">", ">=", "="]


@dataclass(frozen=True, slots=True)
class Compare:
    """A number beside a limit: a facet of xsd:decimal or xsd:integer, owl:hasValue for `=`."""

    field: str
    operator: Operator
    limit: Decimal


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value in a list: owl:DataOneOf."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """A yes-or-no fact: owl:hasValue on a boolean."""

    field: str
    value: bool


@dataclass(frozen=True, slots=True)
class Received:
    """Has had a programme before: `hasReceived some (under value P)`; the programme by its id."""

    programme: str


@dataclass(frozen=True, slots=True)
class Named:
    """Another class by its base name; of a programme it means the identity.

    A unit or record kind (`person`, `vehicle`) may stand here too and is true of each of its rows.
    """

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds: owl:intersectionOf."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds: owl:unionOf."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is refuted: owl:complementOf."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Some:
    """One at least in the role meets the part: owl:someValuesFrom."""

    role: str
    part: Expression


@dataclass(frozen=True, slots=True)
class Only:
    """All in the role meet the part: owl:allValuesFrom."""

    role: str
    part: Expression


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many or more in the role meet the part: owl:minQualifiedCardinality."""

    count: int
    role: str
    part: Expression


@dataclass(frozen=True, slots=True)
class AtMost:
    """So many or fewer in the role meet the part: owl:maxQualifiedCardinality."""

    count: int
    role: str
    part: Expression


Expression: TypeAlias = (
    Compare | OneOf | Is | Received | Named | AllOf | AnyOf | Not | Some | Only | AtLeast | AtMost
)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside this one."""
    match expression:
        case Compare() | OneOf() | Is() | Received() | Named():
            return ()
        case AllOf(inner) | AnyOf(inner):
            return inner
        case Not(part) | Some(_, part) | Only(_, part) | AtLeast(_, _, part) | AtMost(_, _, part):
            return (part,)
        case _:
            assert_never(expression)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, outermost first."""
    yield expression
    for part in parts(expression):
        yield from walk(part)


def fields(expression: Expression) -> frozenset[str]:
    """Items and indicators that the expression reads, at any depth."""
    return frozenset(
        node.field for node in walk(expression) if isinstance(node, Compare | OneOf | Is)
    )


def names(expression: Expression) -> frozenset[str]:
    """Classes (and units or kinds) that the expression names, at any depth."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, Named))
