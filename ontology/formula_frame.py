"""A formula's tree to Polars: numbers as exact quantities, everything else as plain columns.

Null in, null out, against the engine's habits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ontology import exact
from ontology.errors import PolicyError
from ontology.exact import Quantity, Span
from ontology.formula_tree import (
    Age,
    Aggregate,
    Among,
    Arithmetic,
    AtLeastKnown,
    Both,
    Choice,
    Column,
    Comparison,
    Day,
    Either,
    Extreme,
    Fallback,
    Months,
    Node,
    Number,
    Opposite,
    Round,
    Standard,
    Truth,
    Within,
    Word,
    type_of,
)
from ontology.to_frame import physical
from ontology.vocabulary import Indicator, Item, Measure, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

ANY_NUMBER: Final = 10**12
"""What a number can be at most where its item does not say."""
AGE_MOST: Final = 10_000
ROWS_MOST: Final = {"member": 100, "kin": 100}
RECORDS_MOST: Final = 10_000
"""So many rows of one owner are reckoned with when a sum's greatest value is worked out."""
STEPS: Final = {
    "+": exact.add,
    "-": exact.subtract,
    "*": exact.multiply,
    "/": exact.divide,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest integer that a column can hold; of a ratio, also of its denominator."""

    least: int
    greatest: int
    bottom: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What the columns of a table mean: `columns` are those it has, `names` those of aggregates.

    `rowwise`: the table stands for the inside of an aggregate, its columns are `<of>.<name>`.
    """

    vocabulary: Vocabulary
    as_of: date = date.min
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    standards: Mapping[str, Measure] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    names: Mapping[Aggregate, str] = field(default_factory=dict)
    within: Callable[..., bool] | None = None
    rowwise: bool = False

    def place(self, of: str, name: str) -> str:
        """The column of a fact in this table."""
        return f"{of}.{name}" if of or self.rowwise else name

    def span(self, name: str, least: int, greatest: int) -> Span:
        """A column of integers, or its two ends where it has them."""
        if f"{name}__low" in self.columns:
            return Span(pl.col(f"{name}__low"), pl.col(f"{name}__high"), least, greatest)
        column = pl.col(name)
        return Span(column, column, least, greatest)


def item_bounds(item: Item) -> Bounds:
    """What an item's integers can be, by what it declares."""
    least = -ANY_NUMBER if item.least is None else item.least
    greatest = ANY_NUMBER if item.greatest is None else item.greatest
    return Bounds(math.floor(least * item.scale), math.ceil(greatest * item.scale))


def quantity(node: Node, scope: Scope) -> Quantity:  # noqa: C901, PLR0911, PLR0912 - a case a node
    """The number that a node yields."""
    match node:
        case Number(value):
            return exact.number(value)
        case Column():
            return number_column(node, scope)
        case Standard(parameter):
            return standard(parameter, scope)
        case Arithmetic(operator, left, right):
            return STEPS[operator](quantity(left, scope), quantity(right, scope))
        case Choice(branches, otherwise):
            conditions = [plain(condition, scope) for condition, _ in branches]
            values = [*(value for _, value in branches), otherwise]
            return exact.choose(conditions, [quantity(value, scope) for value in values])
        case Aggregate():
            return aggregate(node, scope)
        case Age(birth):
            return Quantity(single(age(plain(birth, scope), scope.as_of), 0), Fraction(1))
        case Months(since):
            return Quantity(single(months(plain(since, scope), scope.as_of)), Fraction(1))
        case AtLeastKnown(value, bound):
            return exact.at_least_known(quantity(value, scope), bound)
        case Fallback(parts):
            return reduce(exact.first_known, (quantity(part, scope) for part in parts))
        case Extreme(greatest, parts):
            return exact.extreme([quantity(part, scope) for part in parts], greatest=greatest)
        case Round(value, digits, way):
            return exact.rounded(quantity(value, scope), digits, way)
        case _:
            raise PolicyError.saying(f"Not a number: {type_of(node)}.")


def single(column: pl.Expr, least: int = -AGE_MOST * 12) -> Span:
    """Years or months, as a span."""
    return Span(column, column, least, AGE_MOST * 12)


def number_column(node: Column, scope: Scope) -> Quantity:
    """A number of a row; a ratio as its two columns."""
    item = scope.vocabulary.field(node.name)
    if item is None:
        raise PolicyError.saying(f"No property `{node.name}`.")
    name = scope.place(node.of, node.name)
    bounds = scope.bounds.get(node.name) or item_bounds(item)
    if isinstance(item, Indicator) and item.is_ratio:
        bottom = bounds.bottom or (0, bounds.greatest)
        return Quantity(
            scope.span(f"{name}__num", bounds.least, bounds.greatest),
            Fraction(1),
            scope.span(f"{name}__den", *bottom),
        )
    return Quantity(scope.span(name, bounds.least, bounds.greatest), Fraction(1, item.scale))


def standard(parameter: str, scope: Scope) -> Quantity:
    """A local number: one column, null where none is in force."""
    measure = scope.standards.get(parameter) or scope.vocabulary.standards[parameter]
    least = -ANY_NUMBER if measure.least is None else measure.least
    greatest = ANY_NUMBER if measure.greatest is None else measure.greatest
    column = pl.col(scope.place("", f"std.{parameter}"))
    return Quantity(Span(column, column, least, greatest), Fraction(1, measure.scale))


def aggregate(node: Aggregate, scope: Scope) -> Quantity:
    """The column that was made of an aggregate, bounded by what its rows can be."""
    name = scope.names.get(node, "#")
    rows = ROWS_MOST.get(node.over, RECORDS_MOST)
    if node.value is None:
        return Quantity(scope.span(name, 0, rows), Fraction(1))
    value = quantity(node.value, replace(scope, rowwise=True, columns=frozenset()))
    if value.bottom is not None:
        raise PolicyError.saying(f"{node.function} of a ratio is not exact: sum its parts.")
    least, greatest = value.top.least, value.top.greatest
    if node.function == "SUM":
        least, greatest = min(0, least * rows), max(0, greatest * rows)
    if exact.wide(least, greatest):
        raise PolicyError.saying(
            f"A {node.function} could reach {greatest:.2e}, more than 64 bits hold: lower"
            " ag:greatest of what it runs over."
        )
    return Quantity(scope.span(name, least, greatest), value.unit)


def plain(node: Node, scope: Scope) -> pl.Expr:  # noqa: C901, PLR0911, PLR0912 - a case a node
    """The truth, text or date that a node yields."""
    match node:
        case Word(value) | Truth(value):
            return pl.lit(value)
        case Day(value):
            return pl.lit(value, dtype=pl.Date)
        case Column(of, name):
            return pl.col(scope.place(of, physical(name, scope.vocabulary)))
        case Comparison(operator, left, right):
            return comparison(operator, left, right, scope)
        case Among(value, options):
            if type_of(value) != "number":
                return plain(value, scope).is_in([option.value for option in options])  # type: ignore[union-attr]
            return reduce(or_, (comparison("=", value, option, scope) for option in options))
        case Both(parts):
            return reduce(and_, (plain(part, scope) for part in parts))
        case Either(parts):
            return reduce(or_, (plain(part, scope) for part in parts))
        case Opposite(part):
            return ~plain(part, scope)
        case Choice(branches, otherwise):
            conditions = [plain(condition, scope) for condition, _ in branches]
            values = [*(value for _, value in branches), otherwise]
            return exact.decide(conditions, [plain(value, scope) for value in values])
        case Fallback(parts):
            return pl.coalesce([plain(part, scope) for part in parts])
        case Aggregate():
            return pl.col(scope.names.get(node, "#"))
        case Within(region, ancestor, level):
            return within(plain(region, scope), plain(ancestor, scope), level, scope)
        case _:
            raise PolicyError.saying(f"Not a condition: {type_of(node)}.")


def comparison(operator: str, left: Node, right: Node, scope: Scope) -> pl.Expr:
    """Two values side by side; null where that is not known."""
    if isinstance(left, Months) and isinstance(right, Number):
        found = by_month(operator, plain(left.since, scope), right.value, scope.as_of)
        if found is not None:
            return found
    if type_of(left) == "number":
        return exact.compare(operator, quantity(left, scope), quantity(right, scope))
    a, b = plain(left, scope), plain(right, scope)
    return a != b if operator == "<>" else exact.ORDERS[operator](a, b)


def age(birth: pl.Expr, as_of: date) -> pl.Expr:
    """Full years; a day still to come is no birthday, so nothing is known."""
    day = birth.dt.month().cast(pl.Int64) * 100 + birth.dt.day()
    years = as_of.year - birth.dt.year().cast(pl.Int64)
    before = (day > as_of.month * 100 + as_of.day).cast(pl.Int64)
    return pl.when(birth <= as_of).then(years - before)


def months(since: pl.Expr, as_of: date) -> pl.Expr:
    """Calendar months from the month of a date: 0 in the same month, negative before it."""
    return as_of.year * 12 + as_of.month - (since.dt.year().cast(pl.Int64) * 12 + since.dt.month())


def by_month(operator: str, since: pl.Expr, limit: Decimal, as_of: date) -> pl.Expr | None:
    """Months since a date beside a whole number, as the date beside the first of a month.

    Sixfold as fast as taking the date apart. None where no such day exists.
    """
    place = as_of.year * 12 + as_of.month - 1 - limit
    if place % 1 or not date.min.year <= place // 12 < date.max.year:
        return None
    first, following = (
        pl.lit(date(month // 12, month % 12 + 1, 1)) for month in (int(place), int(place) + 1)
    )
    inside = (since >= first) & (since < following)
    found = {
        "<": since >= following,
        "<=": since >= first,
        ">": since < first,
        ">=": since < following,
        "=": inside,
        "<>": ~inside,
    }
    return found[operator]


def within(region: pl.Expr, ancestor: pl.Expr, level: str | None, scope: Scope) -> pl.Expr:
    """Whether each region lies in the other; the tree is asked once for each pair."""
    lies_in, levels = scope.within, [] if level is None else [level]

    def ask(pairs: pl.Series) -> pl.Series:
        table = pairs.struct.unnest()
        if lies_in is None:
            return pl.repeat(None, table.height, dtype=pl.Boolean, eager=True)
        known = table.drop_nulls().unique()
        answers: list[Any] = [lies_in(*pair, *levels) for pair in known.iter_rows()]
        answered = known.with_columns(answer=pl.Series(answers, dtype=pl.Boolean))
        return table.join(answered, on=["a", "b"], how="left", maintain_order="left")["answer"]

    pairs = pl.struct(region.alias("a"), ancestor.alias("b"))
    return pairs.map_batches(ask, return_dtype=pl.Boolean)


def columns_of(name: str, made: Quantity, item: Item) -> tuple[list[pl.Expr], Bounds]:
    """The columns that hold a number indicator, and what they can hold.

    Raises:
        PolicyError: where the number does not fit the scale that the indicator declares.
    """
    if isinstance(item, Indicator) and item.is_ratio:
        top = exact.times(made.top, made.unit.numerator)
        bottom = exact.times(made.bottom or exact.literal(1), made.unit.denominator)
        fits(top, bottom)
        columns = ends(f"{name}__num", top) + ends(f"{name}__den", bottom)
        return columns, Bounds(top.least, top.greatest, (bottom.least, bottom.greatest))
    factor = made.unit * item.scale
    if made.bottom is not None or factor.denominator != 1:
        parts = 1 / made.unit
        raise PolicyError.saying(
            "The formula yields a quotient: round it, or write a ratio."
            if made.bottom is not None
            else f"The formula yields 1/{parts} parts: declare ag:scale {parts}, or round."
        )
    top = exact.times(made.top, factor.numerator)
    fits(top)
    return ends(name, top), Bounds(top.least, top.greatest)


def fits(*spans: Span) -> None:
    """Raise where a number to be kept could need more than 64 bits."""
    for span in spans:
        if exact.wide(span.least, span.greatest):
            raise PolicyError.saying(
                f"The formula could reach {max(-span.least, span.greatest):.2e}, more than 64 bits"
                " hold: lower ag:greatest of what it is made from."
            )


def ends(name: str, span: Span) -> list[pl.Expr]:
    """The columns of one number: the value, and its two ends where they may differ.

    The value is read from the ends: `with_numbers` adds these first.
    """
    low, high = span.low.cast(pl.Int64), span.high.cast(pl.Int64)
    if span.exact:
        return [low.alias(name)]
    least, most = f"{name}__low", f"{name}__high"
    value = pl.when(pl.col(least) == pl.col(most)).then(pl.col(least)).alias(name)
    return [value, low.alias(least), high.alias(most)]


def with_numbers(table: pl.DataFrame, columns: Sequence[pl.Expr]) -> pl.DataFrame:
    """The table with these columns; the ends of a number first, for its value rests on them."""
    is_end = [column.meta.output_name().endswith(("__low", "__high")) for column in columns]
    first = [column for column, end in zip(columns, is_end, strict=True) if end]
    rest = [column for column, end in zip(columns, is_end, strict=True) if not end]
    return table.with_columns(first).with_columns(rest)
