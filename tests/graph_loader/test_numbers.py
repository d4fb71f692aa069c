from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_loader.numbers import check_numbers, with_check

TODAY = date(2026, 10, 31)
RIGHT = "11010519491231002X"  # the example of GB 11643


def checked(*numbers: str | None) -> list[str | None]:
    return check_numbers(pl.Series(numbers, dtype=pl.String), TODAY).values.to_list()


def test_right_numbers_stay_and_the_unknown_stays_unknown() -> None:
    assert checked(RIGHT, None) == [RIGHT, None]


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", " 11010519491231002X", "110105 19491231 002X", "'11010519491231002X",
     "110105-19491231-002x", "11010519491231002X.0"],
)  # fmt: skip
def test_a_number_written_otherwise_is_read(written: str) -> None:
    assert checked(written, None) == [RIGHT, None]


def test_fifteen_digits_become_eighteen() -> None:
    assert checked("110105491231002", None) == [RIGHT, None]


@pytest.mark.parametrize(
    ("written", "accepts"),
    [
        ("110105194912310021", "check digit"),
        ("11010519491331002X", "day of birth"),
        ("110105190002290025", "day of birth"),
        ("110105203001010019", "day of birth"),
        ("990105194912310028", "province"),
        ("1101051949123100", "18 digits"),
        ("3.30382199001011E+17", "kept as text"),
        ("无", "18 digits"),
    ],
)
def test_a_wrong_number_is_refused_with_what_would_be_right(written: str, accepts: str) -> None:
    typed = check_numbers(pl.Series([RIGHT, written, None]), TODAY)
    assert typed.values.to_list() == [RIGHT, None, None]
    said = [wrong for wrong in typed.wrong if wrong.mask.any()]
    assert {wrong.reason for wrong in said} == {"bad_id_number"}
    assert accepts in said[0].accepts.en
    assert [wrong.mask.to_list() for wrong in said] == [[False, True, False]] * len(said)


def test_who_is_born_today_is_a_person_and_who_is_born_tomorrow_is_not() -> None:
    born = with_check(pl.Series(["33038220261031001", "33038220261101001"])).to_list()
    assert checked(*born, None) == [born[0], None, None]


def test_a_county_that_was_renamed_long_ago_still_counts() -> None:
    old = with_check(pl.Series(["33032319800101001"])).item()
    assert checked(old) == [old]


@given(at=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_one_wrong_digit_never_passes(at: int, other: str) -> None:
    changed = RIGHT[:at] + other + RIGHT[at + 1 :]
    assert checked(changed) == [RIGHT if changed == RIGHT else None]


def test_no_number_at_all() -> None:
    assert checked() == []
