"""The same class said shorter: each rule takes one step, all are taken until none applies."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Callable


def simplify(expression: Expression) -> Expression:
    """An expression of equal meaning in all three values, its parts simplified first."""
    expression = with_parts(expression, simplify)
    for rule in RULES:
        shorter = rule(expression)
        if shorter != expression:
            return simplify(shorter)
    return expression


def with_parts(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with each part changed."""
    match expression:
        case Compare() | OneOf() | Is() | Received() | Named():
            return expression
        case AllOf(parts) | AnyOf(parts):
            return type(expression)(tuple(map(change, parts)))
        case Not(part):
            return Not(change(part))
        case Some(role, part) | Only(role, part):
            return type(expression)(role, change(part))
        case AtLeast(count, role, part) | AtMost(count, role, part):
            return type(expression)(count, role, change(part))
        case _:
            assert_never(expression)


def drop_double_not(expression: Expression) -> Expression:
    """Not (not A) is A."""
    match expression:
        case Not(Not(part)):
            return part
        case _:
            return expression


def flatten(expression: Expression) -> Expression:
    """(A and B) and C is A and B and C; a part said twice is said once."""
    if not isinstance(expression, AllOf | AnyOf):
        return expression
    kind = type(expression)
    parts: dict[Expression, None] = {}
    for part in expression.parts:
        parts |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(parts))


def unwrap_single(expression: Expression) -> Expression:
    """A conjunction or disjunction of one part: the part."""
    match expression:
        case AllOf((part,)) | AnyOf((part,)):
            return part
        case _:
            return expression


def name_counts(expression: Expression) -> Expression:
    """At least one is some; at most none that are not A is only A."""
    match expression:
        case AtLeast(1, role, part):
            return Some(role, part)
        case AtMost(0, role, Not(part)):
            return Only(role, part)
        case _:
            return expression


RULES: Final = (drop_double_not, flatten, unwrap_single, name_counts)
