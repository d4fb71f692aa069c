"""Whether a record lies in the months that a formula looks at: other conditions leave it open."""

from __future__ import annotations

import operator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ontology.formula_tree import Both, Column, Comparison, Either, Months, Number, Opposite, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from ontology.formula_tree import Node

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
YEAR: Final = 12


def in_months(wheres: Sequence[Node | None]) -> frozenset[Node]:
    """The conditions, where each can be false by a record's months; none, where one never is."""
    asked = [where for where in wheres if where is not None and settles(where)]
    return frozenset(asked if len(asked) == len(wheres) else ())


def settles(node: Node) -> bool:
    """Whether numbers and the months of a record can settle some part of a condition."""
    return any(
        isinstance(part, Comparison)
        and all(isinstance(side, Number | Months) for side in (part.left, part.right))
        for part in walk(node)
    )


def in_time(node: Node | None, row: Mapping[str, Any], as_of: date) -> bool | None:
    """True or false by the months of the row alone; None where these do not settle it."""
    match node:
        case Comparison(sign, left, right):
            a, b = number(left, row, as_of), number(right, row, as_of)
            return None if a is None or b is None else COMPARE[sign](a, b)
        case Both(parts):
            truths = [in_time(part, row, as_of) for part in parts]
            return False if False in truths else None if None in truths else True
        case Either(parts):
            truths = [in_time(part, row, as_of) for part in parts]
            return True if True in truths else None if None in truths else False
        case Opposite(part):
            truth = in_time(part, row, as_of)
            return None if truth is None else not truth
        case _:
            return None


def number(node: Node, row: Mapping[str, Any], as_of: date) -> Decimal | int | None:
    """A literal, or the months since a date of the row; nothing else is asked."""
    match node:
        case Number(value):
            return value
        case Months(Column(_, name)):
            since = row.get(name)
            if not isinstance(since, date):
                return None
            return (as_of.year - since.year) * YEAR + as_of.month - since.month
        case _:
            return None
