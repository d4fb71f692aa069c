"""Values that somebody states instead of having them derived: worked cases, what-if, profiles."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from ontology.errors import PolicyError
from ontology.formula_frame import Scope, quantity
from ontology.vocabulary import NUMBERS, Indicator, Item

if TYPE_CHECKING:
    from ontology.formula_tree import Formula


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
