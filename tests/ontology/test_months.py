"""Months since a date beside a number: the date beside the first of a month, with equal answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from ontology.exact import ORDERS
from ontology.formula_frame import by_month, months

AS_OF = date(2026, 8, 1)
DAYS = [
    date(2025, 7, 31),
    date(2025, 8, 1),
    date(2025, 8, 31),
    date(2026, 7, 31),
    date(2026, 8, 1),
    date(2026, 8, 31),
    date(2026, 9, 1),
    None,
]


def answer(operator: str, limit: Decimal, as_of: date = AS_OF) -> pl.Series | None:
    found = by_month(operator, pl.col("day"), limit, as_of)
    return None if found is None else pl.DataFrame({"day": DAYS}).select(found).to_series()


def test_a_month_counts_whole_from_its_first_day_to_its_last() -> None:
    twelve = answer("<", Decimal(12))
    assert twelve is not None
    assert twelve.to_list() == [False, False, False, True, True, True, True, None]
    same = answer("=", Decimal(0))
    assert same is not None
    assert same.to_list() == [False, False, False, False, True, True, False, None]


@pytest.mark.parametrize("operator", [*ORDERS, "<>"])
@pytest.mark.parametrize("limit", [-1, 0, 1, 7, 8, 11, 12, 13])
def test_the_date_says_what_the_count_of_months_says(operator: str, limit: int) -> None:
    count = months(pl.col("day"), AS_OF)
    expected = count != limit if operator == "<>" else ORDERS[operator](count, pl.lit(limit))
    found = answer(operator, Decimal(limit))
    assert found is not None
    assert (
        found.to_list() == pl.DataFrame({"day": DAYS}).select(answer=expected)["answer"].to_list()
    )


def test_parts_of_a_month_and_days_before_the_calendar_are_left_to_arithmetic() -> None:
    assert answer("<", Decimal("0.5")) is None
    assert answer("<", Decimal(12), date.min) is None
    assert answer(">", Decimal(-1), date.max) is None
