"""A number beside a limit: exact, three-valued, also for intervals and ratios."""

from __future__ import annotations

from functools import reduce
from operator import eq, ge, gt, le, lt, or_
from typing import TYPE_CHECKING, Any, Final, assert_never

import narwhals as nw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    import polars as pl

    from ontology.expression import Operator, Scalar

MOST: Final = 2**63 - 1
OPERATORS: Final[dict[str, Callable[[nw.Expr, nw.Expr], nw.Expr]]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
}


def one_of(name: str, values: Sequence[Scalar], scale: int, table: pl.DataFrame) -> nw.Expr:
    """A value in a list; null stays null."""
    words = [value for value in values if isinstance(value, str)]
    if words:
        return nw.col(name).is_in(words)
    numbers = (value for value in values if not isinstance(value, str))
    return reduce(or_, (compare(name, "=", value, scale, table) for value in numbers))


def compare(
    name: str, operator: Operator, limit: Decimal, scale: int, table: pl.DataFrame
) -> nw.Expr:
    """A number beside a limit, exactly; a ratio is multiplied across, zero included."""
    if f"{name}__num" in table.columns:
        return compare_ratio(name, operator, limit, table)
    top, bottom = (limit * scale).as_integer_ratio()
    low, high = ends(name, table)
    if low is high:
        return whole(low, operator, top, bottom)
    return decided(
        operator,
        whole(low, operator, top, bottom),
        whole(high, operator, top, bottom),
        outside=(high < nw.lit(-(-top // bottom))) | (low > nw.lit(top // bottom)),
    )


def ends(name: str, table: pl.DataFrame) -> tuple[nw.Expr, nw.Expr]:
    """Lowest and highest value a number can have; one and the same where it has no interval."""
    if f"{name}__low" in table.columns:
        return nw.col(f"{name}__low"), nw.col(f"{name}__high")
    value = nw.col(name)
    return value, value


def whole(column: nw.Expr, operator: Operator, top: int, bottom: int) -> nw.Expr:
    """An integer beside top/bottom: a limit between two integers moves to the right one."""
    down, up = top // bottom, -(-top // bottom)
    match operator:
        case "<":
            return column < up
        case "<=":
            return column <= down
        case ">":
            return column > down
        case ">=":
            return column >= up
        case "=":
            return (column >= up) & (column <= down)
        case _:
            assert_never(operator)


def decided(operator: Operator, low: nw.Expr, high: nw.Expr, *, outside: nw.Expr) -> nw.Expr:
    """A comparison of an interval, from that of its ends: decided when all corners agree."""
    if operator == "=":
        return settled(low & high, outside)
    if operator in ("<", "<="):
        return settled(high, ~low)
    return settled(low, ~high)


def settled(yes: nw.Expr, no: nw.Expr) -> nw.Expr:
    """True where yes, false where no, null elsewhere."""
    return nw.when(yes).then(nw.lit(value=True)).otherwise(nw.when(no).then(nw.lit(value=False)))


def compare_ratio(name: str, operator: Operator, limit: Decimal, table: pl.DataFrame) -> nw.Expr:
    """Numerator * bottom beside denominator * top; a denominator is never negative."""
    top, bottom = limit.as_integer_ratio()
    left = scaled(f"{name}__num", bottom, table)
    right = scaled(f"{name}__den", top, table)
    if left[0] is left[1] and right[0] is right[1]:
        return OPERATORS[operator](left[0], right[0])
    if operator == "=":
        same = (left[0] == left[1]) & (right[0] == right[1]) & (left[0] == right[0])
        return settled(same, (left[1] < right[0]) | (left[0] > right[1]))
    near, far = (1, 0) if operator in ("<", "<=") else (0, 1)
    test = OPERATORS[operator]
    return settled(test(left[near], right[far]), ~test(left[far], right[near]))


def scaled(name: str, factor: int, table: pl.DataFrame) -> tuple[nw.Expr, nw.Expr]:
    """The ends of a column times a whole number, in 128 bits where 64 are too few."""
    low, high = ends(name, table)
    held = [column for column in (name, f"{name}__low", f"{name}__high") if column in table.columns]
    most = max((abs(int(end or 0)) for column in held for end in bounds(table[column])), default=0)
    wide = most * abs(factor) > MOST

    def times(column: nw.Expr) -> nw.Expr:
        number = column.cast(nw.Int128) if wide else column
        return number if factor == 1 else number * nw.lit(factor, nw.Int128 if wide else nw.Int64)

    if low is high:
        value = times(low)
        return value, value
    return (times(low), times(high)) if factor >= 0 else (times(high), times(low))


def bounds(column: pl.Series) -> tuple[Any, Any]:
    """Least and greatest of a column, None for nothing but nulls."""
    return column.min(), column.max()
