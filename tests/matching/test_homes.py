from datetime import date

import polars as pl

from matching.homes import current_homes

AS_OF = date(2026, 10, 31)
Row = tuple[str | None, str | None, date | None, date | None]


def memberships(*rows: Row) -> pl.DataFrame:
    schema = {"person": pl.String, "household": pl.String, "since": pl.Date, "until": pl.Date}
    frame = pl.DataFrame(rows, schema, orient="row")
    return frame.with_columns(origin=pl.format("register|{}", pl.int_range(pl.len())))


def homes(*rows: Row) -> tuple[dict[str, str], list[tuple[str, str]]]:
    found, doubtful = current_homes(memberships(*rows), AS_OF)
    pairs = found.select("person", "household").iter_rows()
    return dict(pairs), [(p, h) for p, h, _ in doubtful.iter_rows()]


def test_a_membership_holds_from_its_first_day_until_before_its_last() -> None:
    assert homes(
        ("today", "h", AS_OF, None),
        ("tomorrow", "h", date(2026, 11, 1), None),
        ("ended_today", "h", None, AS_OF),
        ("ends_tomorrow", "h", None, date(2026, 11, 1)),
        ("undated", "h", None, None),
    ) == ({"today": "h", "ends_tomorrow": "h", "undated": "h"}, [])


def test_of_two_households_the_one_joined_last_is_home() -> None:
    assert homes(("p", "old", date(2020, 1, 1), None), ("p", "new", date(2024, 5, 6), None)) == (
        {"p": "new"},
        [],
    )
    assert homes(("p", "dated", date(2020, 1, 1), None), ("p", "undated", None, None)) == (
        {"p": "dated"},
        [],
    )


def test_two_households_of_one_day_are_a_conflict() -> None:
    day = date(2024, 5, 6)
    assert homes(("p", "b", day, None), ("p", "a", day, None), ("q", "a", None, None)) == (
        {"q": "a"},
        [("p", "a"), ("p", "b")],
    )


def test_two_households_without_a_day_are_a_conflict() -> None:
    assert homes(("p", "a", None, None), ("p", "b", None, None)) == ({}, [("p", "a"), ("p", "b")])


def test_one_household_stated_twice_is_one_home() -> None:
    found, doubtful = current_homes(
        memberships(("p", "a", date(2020, 1, 1), None), ("p", "a", date(2021, 1, 1), None)), AS_OF
    )
    assert found.select("household", "since", "origin").rows() == [
        ("a", date(2021, 1, 1), "register|1")
    ]
    assert doubtful.is_empty()


def test_a_row_without_a_person_or_household_is_nobodys_home() -> None:
    assert homes((None, "a", None, None), ("p", None, None, None)) == ({}, [])
