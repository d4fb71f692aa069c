"""Ratios, standards and stated values; numbers as exact as fractions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.errors import PolicyError
from ontology.evaluate import amounts, evaluate, order
from ontology.expression import Compare
from tests.ontology.small import (
    DAY,
    computed,
    indicator,
    item,
    small_pack,
    version,
    world,
)

RATIOS = (
    indicator("income_year", "household", "decimal", "savings", scale=100),
    indicator("size", "household", "integer", "COUNT(member) FILTER (WHERE member.student)"),
    indicator("per_head", "household", "decimal", ("income_year", "12 * size"), notation="hh.pc"),
    indicator("to_standard", "household", "decimal", ("per_head", "std.db")),
    indicator("to_edge", "household", "decimal", ("per_head", "std.edge * std.db")),
)
BELOW = Compare("to_standard", "<", Decimal(1))
WITHIN_EDGE = Compare("to_edge", "<=", Decimal(1))
DB = {"db": "1100", "edge": "1.5"}
POOR = small_pack(
    RATIOS,
    [version("poor", "household", BELOW), version("edge", "household", WITHIN_EDGE)],
    standards=DB,
    programmes={"poor": "MZ01"},
)


def test_a_nested_ratio_flattens_and_equal_is_not_lower() -> None:
    # Two people: the line is 12 x 2 x 1100.00 = 26,400.00 a year.
    frames = world(
        POOR,
        [0, 0, 1, 1, 2, 2, 3],
        person={"student": [True] * 7},
        household={"savings": [2_639_999, 2_640_000, None, 0]},
    )
    made = evaluate(POOR, frames, DAY).rows["household"]
    assert made["poor"].to_list() == [True, False, None, True]
    pairs = zip(made["to_standard__num"], made["to_standard__den"], strict=True)
    assert [None if top is None else Fraction(top, bottom) for top, bottom in pairs] == [
        Fraction(2_639_999, 2_640_000),
        1,
        None,
        0,
    ]
    assert made["edge"].to_list() == [True, True, None, True]


def test_a_third_of_a_yuan_is_not_rounded() -> None:
    # 1.5 x 1100.00 x 12 x 3 = 59,400.00; a division to two decimals would miss one fen in 36.
    frames = world(
        POOR,
        [0, 0, 0, 1, 1, 1],
        person={"student": [True] * 6},
        household={"savings": [5_940_000, 5_940_001]},
    )
    assert evaluate(POOR, frames, DAY).rows["household"]["edge"].to_list() == [True, False]


def test_nobody_who_counts_is_multiplied_across_too() -> None:
    frames = world(POOR, [0, 1], person={"student": [False, False]}, household={"savings": [0, 5]})
    made = evaluate(POOR, frames, DAY).rows["household"]
    assert (made["poor"].to_list(), made["edge"].to_list()) == ([False, False], [True, False])


def test_an_unknown_member_leaves_a_clear_case_decided() -> None:
    people = {"student": [True, True, None] * 3}
    frames = world(
        POOR,
        [0, 0, 0, 1, 1, 1, 2, 2, 2],
        person=people,
        household={"savings": [2_639_999, 3_960_000, 3_000_000]},
    )
    made = evaluate(POOR, frames, DAY).rows["household"]
    assert made["size__low"].to_list() == [2, 2, 2]
    assert made["poor"].to_list() == [True, False, None]


def test_no_standard_in_force_is_unknown_never_no() -> None:
    pack = small_pack(
        RATIOS,
        [version("poor", "household", BELOW)],
        standards={
            "db": {("3303", date(2026, 8, 1)): "1100", ("33", date(2020, 1, 1)): "900"},
            "edge": "1",
        },
    )
    frames = world(
        pack,
        [0, 1, 2],
        person={"student": [True] * 3},
        household={"savings": [1_200_000] * 3, "region": ["330382", "3301", "11"]},
    )
    assert evaluate(pack, frames, DAY).rows["household"]["poor"].to_list() == [True, False, None]
    before = evaluate(pack, frames, date(2026, 7, 31)).rows["household"]
    assert before["poor"].to_list() == [False, False, None]
    assert before["std.db"].to_list() == [90000, 90000, None]


def test_a_stated_ratio_sets_what_stands_above_its_line() -> None:
    frames = world(POOR, [0, 0, 1], person={"student": [True, True, True]}, closed=[True, False])
    stated = {"household": {"per_head": pl.Series(["1099.99", "1100"])}}
    made = evaluate(POOR, frames, DAY, stated=stated)
    table = made.rows["household"]
    assert table["income_year"].to_list() == [2_639_976, None]
    assert table["poor"].to_list() == [True, False]
    benefit = "ROUND_UP(GREATEST(std.db * 12 * size - income_year, 0) / 12, 2)"
    both = np.array([True, True])
    assert amounts(POOR, made, benefit, "household", DAY, both).to_list() == [2, None]
    assert amounts(POOR, made, benefit, "household", DAY, ~both).to_list() == []


def test_a_stated_value_is_taken_where_it_is_given() -> None:
    frames = world(
        POOR, [0, 1], household={"savings": [100, None]}, person={"student": [True, None]}
    )
    stated: dict[str, dict[str, pl.Series]] = {
        "household": {
            "savings": pl.Series([None, "7.50"]),
            "size": pl.Series([4, None]),
            "poor": pl.Series([False, None]),
        }
    }
    table = evaluate(POOR, frames, DAY, stated=stated).rows["household"]
    assert table["income_year"].to_list() == [100, 750]
    assert (table["size__low"].to_list(), table["size__high"].to_list()) == ([4, 0], [4, 1])
    assert table["poor"].to_list() == [False, None]
    with pytest.raises(PolicyError, match="held in 1/100"):
        evaluate(POOR, frames, DAY, stated={"household": {"savings": pl.Series(["0.001", None])}})
    with pytest.raises(PolicyError, match="float"):
        evaluate(POOR, frames, DAY, stated={"household": {"savings": pl.Series([0.1, None])}})


def test_a_comparison_past_64_bits_is_still_exact() -> None:
    items = [item("big", "household", "integer", greatest=Decimal(10**15))]
    pack = small_pack(
        [indicator("x", "household", "boolean", "big * big > (big + 1) * (big - 1)")], items=items
    )
    frames = world(pack, [], count=2, household={"big": [10**15, None]})
    assert evaluate(pack, frames, DAY).rows["household"]["x"].to_list() == [True, None]


def test_what_is_needed_comes_first() -> None:
    names = order(POOR)
    assert sorted(names) == [
        "edge",
        "income_year",
        "per_head",
        "poor",
        "size",
        "to_edge",
        "to_standard",
    ]
    for before, after in (
        ("size", "income_year"),
        ("per_head", "to_standard"),
        ("to_edge", "edge"),
    ):
        assert names.index(before) < names.index(after)


# Arithmetic beside Python's fractions.

numbers = st.sampled_from(["income", "grade", "2", "0.3", "-1.25", "0", "std.db"])
values = st.one_of(st.none(), st.integers(0, 10**6))


def formulas(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return numbers
    inner = formulas(depth - 1)
    return st.one_of(
        numbers,
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["GREATEST", "LEAST"]), inner, inner),
    )


def exactly(text: str, row: dict[str, Fraction | None]) -> Fraction | None:
    """The value by Python itself; unknown where any number in it is."""
    if any(row[name] is None for name in row if name in text.replace("std.", "")):
        return None
    names = {name: value for name, value in row.items() if value is not None}
    code = text.replace("std.", "")
    for number in ("0.3", "1.25"):
        code = code.replace(number, f"F('{number}')")
    made = eval(code, {"GREATEST": max, "LEAST": min, "F": Fraction, **names})  # noqa: S307
    return Fraction(made)


@settings(max_examples=120)
@given(
    left=formulas(2),
    right=formulas(2),
    rows=st.lists(st.tuples(values, values), min_size=1, max_size=4),
)
def test_numbers_are_as_exact_as_fractions(
    left: str, right: str, rows: list[tuple[int | None, int | None]]
) -> None:
    person = {"income": [a for a, _ in rows], "grade": [b for _, b in rows]}
    made = computed(
        f"{left} < {right}",
        "person",
        "boolean",
        lambda pack: world(pack, [0] * len(rows), person=person),
        standards={"db": "1100.5"},
    )
    expected = []
    for income, grade in rows:
        row = {
            "income": None if income is None else Fraction(income, 100),
            "grade": None if grade is None else Fraction(grade),
            "db": Fraction("1100.5"),
        }
        a, b = exactly(left, row), exactly(right, row)
        expected.append(None if a is None or b is None else a < b)
    assert made["x"].to_list() == expected


@pytest.mark.parametrize(
    ("unit", "formula", "rows", "expected"),
    [
        ("person", "household.savings", [False, True, True, True], [200, 200, None]),
        ("person", "CASE WHEN student THEN 5 ELSE 0 END", [True, True, False, False], [500, None]),
        ("person", "std.db", [False, False, True, False], [110_000]),
        ("household", "3 * COUNT(member)", [False, True, True], [600, 300]),
        ("household", "savings", [False, False, False], []),
    ],
)
def test_a_benefit_is_reckoned_on_the_rows_that_are_asked_for(
    unit: str, formula: str, rows: list[bool], expected: list[int | None]
) -> None:
    frames = world(
        POOR,
        [0, 1, 1, 2],
        person={"student": [True, None, True, False]},
        household={"savings": [100, 200, None]},
    )
    made = evaluate(POOR, frames, DAY)
    assert amounts(POOR, made, formula, unit, DAY, np.array(rows)).to_list() == expected
