"""Exact arithmetic over columns: whole numbers known up to an interval, as fractions of a unit.

Nothing is divided and nothing rounded before the end. A number that could pass 2**63, by the
least and greatest that its items can be, is held in 128 bits; one that could pass these is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Final

import polars as pl

from ontology.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

INT64: Final = 2**63 - 1
INT128: Final = 2**127 - 1
ORDERS: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
}

MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Integers from `low` to `high` (one column where they are known exactly; null: no bound).

    Both null is unknown. `least` and `greatest` are what any value can be.
    """

    low: pl.Expr
    high: pl.Expr
    least: int
    greatest: int
    constant: int | None = None

    @property
    def exact(self) -> bool:
        return self.low is self.high


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """The number top / bottom * unit; a bottom is never negative."""

    top: Span
    unit: Fraction
    bottom: Span | None = None


def literal(value: int) -> Span:
    """A number that is the same in every row."""
    column = whole(value)
    return Span(column, column, value, value, value)


def whole(value: int) -> pl.Expr:
    """A literal integer in as many bits as it needs."""
    return pl.lit(value, dtype=pl.Int64 if abs(value) <= INT64 else pl.Int128)


def number(value: Decimal) -> Quantity:
    """A literal number: its size is the unit, so that multiplying by it costs nothing."""
    if value == 0:
        return Quantity(literal(0), Fraction(1))
    return Quantity(literal(1 if value > 0 else -1), abs(Fraction(value)))


def wide(least: int, greatest: int) -> bool:
    """Whether 128 bits are needed.

    Raises:
        PolicyError: where they would be too few.
    """
    most = max(abs(least), abs(greatest))
    if most > INT128:
        raise PolicyError.saying(
            f"A number could reach {most:.2e}, more than 128 bits hold: lower ag:greatest of what"
            " it is made from, or name a part of it as an indicator of its own."
        )
    return most > INT64


def spread(
    sources: Sequence[Span],
    least: int,
    greatest: int,
    low: Callable[..., pl.Expr],
    high: Callable[..., pl.Expr],
) -> Span:
    """A span made from others: `low` of their ends gives its low end, `high` its high end.

    Both get every low end, then every high end.
    """
    lows, highs = [s.low for s in sources], [s.high for s in sources]
    if wide(least, greatest):
        lows = [column.cast(pl.Int128) for column in lows]
        highs = [column.cast(pl.Int128) for column in highs]
    if all(source.exact for source in sources):
        column = low(*lows, *lows)
        return Span(column, column, least, greatest)
    return Span(low(*lows, *highs), high(*lows, *highs), least, greatest)


def times(span: Span, factor: int) -> Span:
    """A span times a whole number."""
    if factor == 1:
        return span
    least, greatest = sorted((span.least * factor, span.greatest * factor))
    if span.constant is not None:
        return literal(span.constant * factor)
    by = whole(factor)
    if factor >= 0:
        return spread([span], least, greatest, lambda low, _: low * by, lambda _, high: high * by)
    return spread([span], least, greatest, lambda _, high: high * by, lambda low, _: low * by)


def product(a: Span, b: Span) -> Span:
    """A span times a span; the bounds come from all four corners."""
    if a.constant is not None:
        return times(b, a.constant) if a.constant else literal_like(b)
    if b.constant is not None:
        return product(b, a)
    corners = [x * y for x in (a.least, a.greatest) for y in (b.least, b.greatest)]
    least, greatest = min(corners), max(corners)
    if min(a.least, b.least) >= 0 or (a.exact and b.exact):
        return spread(
            [a, b], least, greatest, lambda p, q, _r, _s: p * q, lambda _p, _q, r, s: r * s
        )

    def ends(p: pl.Expr, q: pl.Expr, r: pl.Expr, s: pl.Expr) -> list[pl.Expr]:
        return [p * q, p * s, r * q, r * s]

    return spread(
        [a, b], least, greatest, lambda *x: smallest(ends(*x)), lambda *x: largest(ends(*x))
    )


def literal_like(span: Span) -> Span:
    """Zero times a span: zero, and unknown where the span is."""
    return spread([span], 0, 0, lambda low, _: low * 0, lambda _, high: high * 0)


def smallest(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The least of some columns; null if one is."""
    return reduce(lambda a, b: pl.when(a <= b).then(a).when(a > b).then(b), columns)


def largest(columns: Sequence[pl.Expr]) -> pl.Expr:
    """The greatest of some columns; null if one is."""
    return reduce(lambda a, b: pl.when(a >= b).then(a).when(a < b).then(b), columns)


def plus(a: Span, b: Span) -> Span:
    """A span plus a span."""
    if a.constant is not None and b.constant is not None:
        return literal(a.constant + b.constant)
    return spread(
        [a, b],
        a.least + b.least,
        a.greatest + b.greatest,
        lambda p, q, _r, _s: p + q,
        lambda _p, _q, r, s: r + s,
    )


def even(quantities: Sequence[Quantity]) -> tuple[list[Span], Fraction, Span | None]:
    """The tops of quantities brought to one unit and one bottom."""
    bottoms = [q.bottom for q in quantities if q.bottom is not None]
    tops = []
    for quantity in quantities:
        others = list(bottoms)
        if quantity.bottom is not None:
            others.remove(quantity.bottom)
        tops.append(reduce(product, others, quantity.top))
    unit = quantities[0].unit
    for quantity in quantities[1:]:
        top = gcd(
            unit.numerator * quantity.unit.denominator, quantity.unit.numerator * unit.denominator
        )
        unit = Fraction(top, unit.denominator * quantity.unit.denominator)
    factors = [int(quantity.unit / unit) for quantity in quantities]
    spans = [times(top, factor) for top, factor in zip(tops, factors, strict=True)]
    return spans, unit, reduce(product, bottoms) if bottoms else None


def add(a: Quantity, b: Quantity) -> Quantity:
    """The sum of two numbers."""
    (left, right), unit, bottom = even([a, b])
    return Quantity(plus(left, right), unit, bottom)


def subtract(a: Quantity, b: Quantity) -> Quantity:
    """The first number less the second."""
    return add(a, replace(b, top=times(b.top, -1)))


def multiply(a: Quantity, b: Quantity) -> Quantity:
    """The product of two numbers."""
    bottoms = [q.bottom for q in (a, b) if q.bottom is not None]
    return Quantity(
        product(a.top, b.top), a.unit * b.unit, reduce(product, bottoms) if bottoms else None
    )


def divide(a: Quantity, b: Quantity) -> Quantity:
    """The quotient as a fraction: nothing is divided yet.

    Raises:
        PolicyError: where the divisor could be negative.
    """
    if b.top.least < 0:
        raise PolicyError.saying(
            f"A denominator could be {b.top.least} units: declare ag:least 0 of what it is made"
            " from, or write GREATEST(0, ...)."
        )
    top = a.top if b.bottom is None else product(a.top, b.bottom)
    bottom = b.top if a.bottom is None else product(a.bottom, b.top)
    unit = a.unit / b.unit
    if bottom.constant:
        return Quantity(top, unit / bottom.constant)
    return Quantity(top, unit, bottom)


def extreme(quantities: Sequence[Quantity], *, greatest: bool) -> Quantity:
    """The greatest or least of some numbers; unknown if one is."""
    spans, unit, bottom = even(quantities)
    pick, choose = (largest, max) if greatest else (smallest, min)
    count, constants = len(spans), [span.constant for span in spans]
    if None not in constants:
        return Quantity(literal(choose(c for c in constants if c is not None)), unit, bottom)
    top = spread(
        spans,
        choose(span.least for span in spans),
        choose(span.greatest for span in spans),
        lambda *ends: pick(ends[:count]),
        lambda *ends: pick(ends[count:]),
    )
    return Quantity(top, unit, bottom)


def compare(operator: str, a: Quantity, b: Quantity) -> pl.Expr:
    """Two numbers side by side, multiplied across; decided when all corners agree."""
    ratio = a.unit / b.unit
    left = times(a.top if b.bottom is None else product(a.top, b.bottom), ratio.numerator)
    right = times(b.top if a.bottom is None else product(b.top, a.bottom), ratio.denominator)
    if operator == "<>":
        return ~beside("=", left, right)
    return beside(operator, left, right)


def beside(operator: str, left: Span, right: Span) -> pl.Expr:
    """Two spans side by side, a constant to the right.

    Polars 2.1 loses the height of `literal < column` where the column is null throughout.
    """
    if left.constant is not None and right.constant is None:
        return beside(MIRRORED[operator], right, left)
    order = ORDERS[operator]
    if left.exact and right.exact:
        return order(left.low, right.low)
    if operator == "=":
        same = (left.low == left.high) & (right.low == right.high) & (left.low == right.low)
        return settled(same, (left.high < right.low) | (left.low > right.high))
    if operator in ("<", "<="):
        return settled(order(left.high, right.low), ~order(left.low, right.high))
    return settled(order(left.low, right.high), ~order(left.high, right.low))


def settled(yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    """True where yes, false where no, null elsewhere."""
    return pl.when(yes).then(pl.lit(value=True)).when(no).then(pl.lit(value=False))


def at_least_known(quantity: Quantity, bound: Decimal) -> Quantity:
    """The number; where it is unknown, anything from the bound upward."""
    (top, floor), unit, bottom = even([quantity, number(bound)])
    if bottom is not None or floor.constant is None:
        raise PolicyError.saying("AT_LEAST takes a plain number, not a ratio.")
    edge = whole(floor.constant)
    known = top.low == top.high
    low = (
        top.low.fill_null(edge)
        if top.exact
        else pl.when(known).then(top.low).otherwise(pl.max_horizontal(top.low, edge))
    )
    least = min(top.least, floor.constant)
    high = pl.when(top.high.is_not_null()).then(top.high)
    return Quantity(Span(low, high, least, max(top.greatest, floor.constant)), unit)


def choose(conditions: Sequence[pl.Expr], quantities: Sequence[Quantity]) -> Quantity:
    """The number beside the first condition that holds, else the last; see `decide`."""
    spans, unit, bottom = even(quantities)
    count = len(spans)
    top = spread(
        spans,
        min(span.least for span in spans),
        max(span.greatest for span in spans),
        lambda *ends: decide(conditions, ends[:count]),
        lambda *ends: decide(conditions, ends[count:]),
    )
    return Quantity(top, unit, bottom)


def decide(conditions: Sequence[pl.Expr], values: Sequence[pl.Expr]) -> pl.Expr:
    """The value beside the first condition that holds, else the last.

    Where a condition is unknown, the value on which what holds either way agrees.
    """
    value, sure = values[-1], pl.lit(value=True)
    for condition, each in zip(reversed(conditions), reversed(values[:-1]), strict=True):
        agree = condition.is_not_null() | (each == value)
        sure = pl.when(condition).then(pl.lit(value=True)).otherwise(sure & agree)
        value = pl.when(condition).then(each).otherwise(value)
    return pl.when(sure).then(value)


def first_known(a: Quantity, b: Quantity) -> Quantity:
    """The first number, or the second where nothing at all is known of the first."""
    (left, right), unit, bottom = even([a, b])
    unknown = left.low.is_null() & left.high.is_null()
    top = spread(
        [left, right],
        min(left.least, right.least),
        max(left.greatest, right.greatest),
        lambda p, q, _r, _s: pl.when(unknown).then(q).otherwise(p),
        lambda _p, _q, r, s: pl.when(unknown).then(s).otherwise(r),
    )
    return Quantity(top, unit, bottom)


def rounded(quantity: Quantity, digits: int, way: str) -> Quantity:
    """The number with so many decimals; null where it would be divided by zero."""
    factor = quantity.unit * 10**digits
    top = times(quantity.top, factor.numerator)
    if quantity.bottom is None and factor.denominator == 1:
        return Quantity(top, Fraction(1, 10**digits))
    bottom = times(quantity.bottom or literal(1), factor.denominator)
    edges = [quotient(n, factor.denominator, way) for n in (top.least, top.greatest)]
    reach = 2 * max(abs(top.least), abs(top.greatest)) + bottom.greatest
    ends = divided_ends(top, bottom, way, pl.Int128() if wide(0, reach) else pl.Int64())
    return Quantity(Span(*ends, *edges), Fraction(1, 10**digits))


def quotient(top: int, bottom: int, way: str) -> int:
    """The rounded quotient of two numbers."""
    if way == "down":
        return top // bottom
    if way == "up":
        return -(-top // bottom)
    half = (2 * abs(top) + bottom) // (2 * bottom)
    return half if top >= 0 else -half


def divided_ends(top: Span, bottom: Span, way: str, bits: pl.DataType) -> tuple[pl.Expr, pl.Expr]:
    """The ends of a rounded quotient; unknown where an interval of either sign meets another."""

    def ends(a: pl.Expr, b: pl.Expr) -> pl.Expr:
        return divided(a.cast(bits), b.cast(bits), way).cast(pl.Int64)

    if top.exact and bottom.exact:
        column = ends(top.low, bottom.low)
        return column, column
    if bottom.exact or top.least >= 0:
        return ends(top.low, bottom.high), ends(top.high, bottom.low)
    known = (top.low == top.high) & (bottom.low == bottom.high)
    column = pl.when(known).then(ends(top.low, bottom.low))
    return column, column


def divided(top: pl.Expr, bottom: pl.Expr, way: str) -> pl.Expr:
    """The rounded quotient of two columns; `//` goes down, also below zero."""
    safe = pl.when(bottom > 0).then(bottom)
    if way == "down":
        return top // safe
    if way == "up":
        return (top + safe - 1) // safe
    upward = (2 * top + safe) // (2 * safe)
    downward = (2 * top + safe - 1) // (2 * safe)
    return pl.when(top >= 0).then(upward).otherwise(downward)
