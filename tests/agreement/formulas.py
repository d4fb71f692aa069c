"""A formula worked out at one row, from its SQL: a case a word, nothing compiled."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import sqlglot
from sqlglot import exp

from tests.agreement import numbers
from tests.agreement.numbers import Number, anyone, everyone, number, opposite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.agreement.reference import Here

ARITHMETIC: Final = {
    exp.Add: numbers.add,
    exp.Sub: numbers.subtract,
    exp.Mul: numbers.multiply,
    exp.Div: numbers.divide,
}
COMPARISONS: Final = {
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}
ROUNDINGS: Final = {"ROUND_UP": "up", "ROUND_DOWN": "down"}
AGGREGATES: Final = (exp.Count, exp.Sum, exp.Min, exp.Max)


@cache
def parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text)


def worked_out(text: str, here: Here) -> Any:  # noqa: ANN401 - a number, truth, text or day
    """What a formula yields at a row; a number that is not known is `numbers.UNKNOWN`."""
    return value(parsed(text), here)


def value(sql: exp.Expr, here: Here) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 - a case a word
    """What a piece of SQL yields."""
    match sql:
        case exp.Paren():
            return value(sql.this, here)
        case exp.Literal():
            return str(sql.this) if sql.is_string else number(Fraction(str(sql.this)))
        case exp.Boolean():
            return bool(sql.this)
        case exp.Cast():
            return date.fromisoformat(str(sql.this.this))
        case exp.Neg():
            return numbers.subtract(number(0), value(sql.this, here))
        case exp.Column() if sql.table.lower() == "std":
            return number(here.standard(sql.name))
        case exp.Column():
            return here.fact(sql.table.lower(), sql.name)
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
            return ARITHMETIC[type(sql)](value(sql.this, here), value(sql.expression, here))
        case exp.LT() | exp.LTE() | exp.GT() | exp.GTE() | exp.EQ() | exp.NEQ():
            sides = value(sql.this, here), value(sql.expression, here)
            return beside(COMPARISONS[type(sql)], *sides)
        case exp.Between():
            own, low, high = (value(sql.args[part], here) for part in ("this", "low", "high"))
            return everyone([beside("<=", low, own), beside("<=", own, high)])
        case exp.In():
            own = value(sql.this, here)
            return anyone(beside("=", own, value(one, here)) for one in sql.expressions)
        case exp.And():
            return everyone(value(part, here) for part in sql.flatten())
        case exp.Or():
            return anyone(value(part, here) for part in sql.flatten())
        case exp.Not():
            return opposite(value(sql.this, here))
        case exp.Case():
            return case(sql, here)
        case exp.Filter():
            return aggregate(sql.this, sql.expression.this, here)
        case exp.Count() | exp.Sum() | exp.Min() | exp.Max():
            return aggregate(sql, None, here)
        case exp.Coalesce():
            return first([value(part, here) for part in (sql.this, *sql.expressions)])
        case exp.Greatest() | exp.Least():
            parts = [value(part, here) for part in (sql.this, *sql.expressions)]
            return numbers.extreme(max if isinstance(sql, exp.Greatest) else min, parts)
        case exp.Round():
            return rounded("nearest", [sql.this, sql.args.get("decimals")], here)
        case exp.Anonymous():
            return function(str(sql.this).upper(), sql.expressions, here)
        case _:
            raise AssertionError(repr(sql))


def beside(operator: str, a: Any, b: Any) -> bool | None:  # noqa: ANN401
    """Two values side by side; nothing is known of an unknown."""
    if isinstance(a, Number):
        return numbers.compare(operator, a, b)
    if a is None or b is None:
        return None
    if isinstance(a, date) and isinstance(b, str):
        b = date.fromisoformat(b)
    orders = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b, "<>": a != b}
    return bool(orders[operator])


def case(sql: exp.Case, here: Here) -> Any:  # noqa: ANN401
    """The value beside the first condition that holds."""
    branches = []
    for branch in sql.args["ifs"]:
        when = value(branch.this, here)
        if sql.this is not None:
            when = beside("=", value(sql.this, here), when)
        branches.append((when, value(branch.args["true"], here)))
    return numbers.chosen(branches, value(sql.args["default"], here))


def first(values: Sequence[Any]) -> Any:  # noqa: ANN401
    """The first that is known."""
    if isinstance(values[0], Number):
        return numbers.first_known(values)
    return next((each for each in values if each is not None), None)


def rounded(way: str, parts: Sequence[exp.Expr | None], here: Here) -> Number:
    own, *digits = [part for part in parts if part is not None]
    return numbers.rounded(value(own, here), int(str(digits[0].this)) if digits else 0, way)


def function(name: str, parts: Sequence[exp.Expr], here: Here) -> Any:  # noqa: ANN401
    """The words that SQL does not have."""
    if name in ROUNDINGS:
        return rounded(ROUNDINGS[name], parts, here)
    values = [value(part, here) for part in parts]
    match name, values:
        case "AGE", (born,):
            return number(None if born is None or born > here.on else full_years(born, here.on))
        case "MONTHS_SINCE", (day,):
            months = None if day is None else (here.on.year - day.year) * 12 - day.month
            return number(None if months is None else months + here.on.month)
        case "AT_LEAST", (own, bound):
            return numbers.floor_of(own, bound)
        case "WITHIN", (place, other, *level):
            return here.world.source.within(place, other, *level)
        case "ENROLLED", (programme,):
            return here.flag(f"enrolled_{programme}")
        case _:
            raise AssertionError(name)


def full_years(born: date, on: date) -> int:
    """Birthdays that have come."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def aggregate(sql: exp.Expr, where: exp.Expr | None, here: Here) -> Any:  # noqa: ANN401
    """One value of many rows, as far as it is known which count and what they say."""
    said = [part for part in (sql, where) if part is not None]
    tables = {c.table.lower() for part in said for c in part.find_all(exp.Column)} - {"", "std"}
    over = sql.this.name.lower() if isinstance(sql, exp.Count) else ""
    over = over or (tables - {"member"} or tables).pop()
    rows, whole = here.rows(over, of_members(where) if over != "member" else [])
    counts = [True if where is None else value(where, row) for row in rows]
    if isinstance(sql, exp.Count):
        most = number(len(counts) - counts.count(False)).top.low
        return Number(
            numbers.Span(Fraction(counts.count(True)), most if whole else None), numbers.ONE
        )
    values = [value(sql.this, row) for row in rows]
    if isinstance(sql, exp.Sum):
        return total(list(zip(counts, values, strict=True)), whole=whole)
    found = outermost(sql, list(zip(counts, values, strict=True)), whole=whole)
    of_days = isinstance(sql.this, exp.Column) and here.datatype(sql.this.name) == "date"
    return found if of_days else number(found)


def of_members(where: exp.Expr | None) -> list[exp.Expr]:
    """The parts of a filter that speak of the member alone."""
    parts = (
        [] if where is None else list(where.flatten()) if isinstance(where, exp.And) else [where]
    )
    return [
        part for part in parts if {c.table.lower() for c in part.find_all(exp.Column)} == {"member"}
    ]


def total(pairs: Sequence[tuple[bool | None, Number]], *, whole: bool) -> Number:
    """The sum: a row that may count adds what it says, or nothing."""
    if not whole:
        return numbers.UNKNOWN
    made = number(0)
    for counts, own in pairs:
        (span,) = numbers.plain(own)
        if counts is None:
            low = None if span.low is None else min(span.low, Fraction(0))
            high = None if span.high is None else max(span.high, Fraction(0))
            made = numbers.add(made, Number(numbers.Span(low, high), numbers.ONE))
        elif counts:
            made = numbers.add(made, own)
    return made


def outermost(sql: exp.Expr, pairs: Sequence[tuple[bool | None, Any]], *, whole: bool) -> Any:  # noqa: ANN401
    """The least or greatest value, where it is known which rows count and what they say."""
    inside = [(counts, own) for counts, own in pairs if counts is not False]
    values: list[Any] = [own.top.exact if isinstance(own, Number) else own for _, own in inside]
    if not whole or not values or None in values or any(counts is None for counts, _ in inside):
        return None
    return min(values) if isinstance(sql, exp.Min) else max(values)
