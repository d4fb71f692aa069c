"""Values that somebody states instead of having them derived: worked cases, what-if, profiles."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from ontology.errors import PolicyError
from ontology.formula_frame import Scope, quantity
from ontology.formula_tree import Arithmetic, Number
from ontology.vocabulary import NUMBERS, Indicator, Item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from ontology.formula_tree import Formula, Node
    from ontology.plan import Plan


def stated_columns(name: str, series: pl.Series, item: Item | None) -> list[pl.Series]:
    """The columns of a stated value: integers as its item holds them, a ratio as two of them.

    Raises:
        PolicyError: for a value finer than the item's scale, and for floats.
    """
    if item is None or item.datatype not in NUMBERS:
        return [series.alias(name)]
    if series.dtype.is_float():
        raise PolicyError.saying(f"`{name}` is stated as a float: give decimals or text.")
    is_ratio = isinstance(item, Indicator) and item.is_ratio
    if series.dtype.is_integer() and not is_ratio:
        return [series.cast(pl.Int64).alias(name)]
    shift = item.scale if series.dtype.is_integer() else 1
    values = [None if v is None else Decimal(str(v)) / shift for v in series.to_list()]
    if is_ratio:
        pairs = [(None, None) if v is None else v.as_integer_ratio() for v in values]
        return [
            pl.Series(f"{name}__num", [top for top, _ in pairs], dtype=pl.Int64),
            pl.Series(f"{name}__den", [bottom for _, bottom in pairs], dtype=pl.Int64),
        ]
    scaled = [None if v is None else v * item.scale for v in values]
    for value in scaled:
        if value is not None and value % 1:
            raise PolicyError.saying(f"`{name}` is held in 1/{item.scale}, so never {value} parts.")
    whole = [None if value is None else int(value) for value in scaled]
    return [pl.Series(name, whole, dtype=pl.Int64)]


def base_value(ratio: str, below: Formula, base: Indicator, scope: Scope) -> pl.Expr:
    """What a stated ratio says of the indicator above its line; null where that is not exact."""
    bottom = quantity(below.root, scope)
    if bottom.bottom is not None:
        return pl.lit(None, dtype=pl.Int64)
    factor = bottom.unit * base.scale
    size = pl.when(bottom.top.low == bottom.top.high).then(bottom.top.low).cast(pl.Int128)
    top = pl.col(f"stated.{ratio}__num") * size * factor.numerator
    under = pl.col(f"stated.{ratio}__den").cast(pl.Int128) * factor.denominator
    return pl.when(top % under == 0).then(top // under).cast(pl.Int64)


def multiples(
    stated: Mapping[str, pl.Series], plan: Plan, names: AbstractSet[str]
) -> list[pl.Series]:
    """Columns of the ratios that follow from stated ones: a year's income from a month's.

    Two ratios of one sum whose lines differ by a constant differ by that constant, however many
    there are to share it. `stated` holds columns `<ratio>__num` and `<ratio>__den`; `names` are the
    ratios of this unit.
    """
    found: dict[str, pl.Series] = {}
    for ratios in plan.ratios_of.values():
        for ratio in names & set(ratios):
            tops, bottoms = [], []
            for other in sorted(ratios, key=lambda name: name != ratio):
                times = constant(plan.formulas[other][1].root, plan.formulas[ratio][1].root)
                if times is not None and f"{other}__num" in stated:
                    tops.append(stated[f"{other}__num"] * times.numerator)
                    bottoms.append(stated[f"{other}__den"] * times.denominator)
            for part, columns in (("num", tops), ("den", bottoms)):
                if columns:
                    whole = pl.select(pl.coalesce(columns)).to_series()
                    found[f"{ratio}__{part}"] = whole.alias(f"{ratio}__{part}")
    return list(found.values())


def constant(above: Node, below: Node) -> Fraction | None:
    """How often one line goes into another where only constants differ; None where more does."""
    (first, some), (second, others) = factors(above), factors(below)
    alike = second and sorted(map(repr, some)) == sorted(map(repr, others))
    return first / second if alike else None


def factors(node: Node) -> tuple[Fraction, list[Node]]:
    """A product as its constant and everything else."""
    match node:
        case Number(value):
            return Fraction(value), []
        case Arithmetic("*", left, right):
            (a, some), (b, others) = factors(left), factors(right)
            return a * b, some + others
        case _:
            return Fraction(1), [node]
