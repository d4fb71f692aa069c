"""A number beside a limit in Cypher: exact, three-valued, also for intervals and ratios.

It is `compare.py` in another language: whole numbers of 64 bits alone, and nothing is divided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from ontology.compare import MOST
from ontology.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from ontology.expression import Operator
    from ontology.formula_frame import Bounds

    Value: TypeAlias = Callable[[object], str]

GRAPH: Final = "The graph"
OPPOSITE: Final[dict[str, str]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
Ends: TypeAlias = tuple[str, str]


def settled(yes: str, no: str) -> str:
    """True where yes, false where no, null elsewhere."""
    return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"


def ends(column: str, *, interval: bool) -> Ends:
    """Lowest and highest value a number can have; one and the same where it has no interval."""
    if not interval:
        return column, column
    return f"coalesce({column}, {column}__low)", f"coalesce({column}, {column}__high)"


def compare_number(
    number: Ends, operator: Operator, limit: Decimal, scale: int, value: Value
) -> str:
    """An integer, or its two ends, beside a limit; one between two integers moves to one."""
    top, bottom = (limit * scale).as_integer_ratio()
    down, up = top // bottom, -(-top // bottom)
    if max(abs(down), abs(up)) > MOST:
        raise UnsupportedError(
            f"the limit {limit}: it passes 64 bits",
            store=GRAPH,
            instead="Compare it in an indicator of yes and no in vocabulary.ttl.",
        )
    low, high = number
    if operator == "=":
        if low == high and up == down:
            return f"{low} = {value(up)}"
        same = f"{low} >= {value(up)} AND {high} <= {value(down)}"
        if low == high:
            return f"({same})"
        return settled(same, f"{high} < {value(up)} OR {low} > {value(down)}")
    edge = value(up if operator in ("<", ">=") else down)
    if low == high:
        return f"{low} {operator} {edge}"
    near, far = (high, low) if operator in ("<", "<=") else (low, high)
    return settled(f"{near} {operator} {edge}", f"{far} {OPPOSITE[operator]} {edge}")


def compare_ratio(  # noqa: PLR0913, PLR0917 - two numbers, what joins them, what they can be
    over: Ends, under: Ends, operator: Operator, limit: Decimal, bounds: Bounds, value: Value
) -> str:
    """Numerator * bottom beside denominator * top; a denominator is never negative."""
    top, bottom = limit.as_integer_ratio()
    fits(over[0], bottom, bounds.least, bounds.greatest)
    fits(under[0], top, *(bounds.bottom or (0, bounds.greatest)))
    low, high = (times(end, bottom, value) for end in over)
    below = [times(end, top, value) for end in under]
    least, most = below if top >= 0 else reversed(below)
    if over[0] == over[1] and under[0] == under[1]:
        return f"{low} {operator} {least}"
    if operator == "=":
        same = f"{low} = {high} AND {least} = {most} AND {low} = {least}"
        return settled(same, f"{high} < {least} OR {low} > {most}")
    near = (high, least) if operator in ("<", "<=") else (low, most)
    far = (low, most) if operator in ("<", "<=") else (high, least)
    return settled(f"{near[0]} {operator} {near[1]}", f"{far[0]} {OPPOSITE[operator]} {far[1]}")


def times(column: str, factor: int, value: Value) -> str:
    """A column times a whole number."""
    return column if factor == 1 else f"{column} * {value(factor)}"


def fits(column: str, factor: int, least: int, greatest: int) -> None:
    """Refuse a product that could pass 64 bits: the stores raise, each at a row of its own.

    Raises:
        UnsupportedError: naming the way out.
    """
    most = max(abs(least), abs(greatest))
    if factor != 1 and max(most, 1) * abs(factor) > MOST:
        raise UnsupportedError(
            f"{column} * {factor}: it could reach {most * abs(factor):.2e}, more than 64 bits",
            store=GRAPH,
            instead="Lower ag:greatest of what the ratio is made from, compare with a rounder"
            " limit, or compare in an indicator of yes and no in vocabulary.ttl.",
        )
