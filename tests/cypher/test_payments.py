"""Payments and services on a drawn county: doubled, exclusive, after death; near; not known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.cypher.drawn import Drawing, asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_two_payments_of_one_month_are_found_with_the_lesser_as_excess(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.paid("d1", "p1", "MZ16", "2026-09", amount=30000)
    drawing.paid("d2", "p1", "MZ16", "2026-09", amount=33000)
    drawing.paid("d3", "p1", "MZ16", "2026-09", amount=33000, status="returned")
    (row,) = asked(drawing, tmp_path, "same_programme_same_month")
    assert (row["payments"], row["excess"], row["money"]) == (["d2", "d1"], ["d1"], 30000)
    assert row["month"] == date(2026, 9, 1)


NEAR_TWICE: dict[str, Callable[[Drawing], None]] = {
    "next month": lambda d: d.paid("d2", "p1", "MZ16", "2026-10"),
    "another programme": lambda d: d.paid("d2", "p1", "MZ03", "2026-09"),
    "another person": lambda d: d.paid("d2", "p2", "MZ16", "2026-09"),
    "returned": lambda d: d.paid("d2", "p1", "MZ16", "2026-09", status="returned"),
    "recovered": lambda d: d.paid("d2", "p1", "MZ16", "2026-09", status="recovered"),
    "status unknown": lambda d: d.paid("d2", "p1", "MZ16", "2026-09", status=None),
    "month unknown": lambda d: d.paid("d2", "p1", "MZ16", None),
}


@pytest.mark.parametrize("near", NEAR_TWICE)
def test_paid_once(near: str, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.paid("d1", "p1", "MZ16", "2026-09")
    NEAR_TWICE[near](drawing)
    assert asked(drawing, tmp_path, "same_programme_same_month") == []


def exclusive(scope: str) -> Drawing:
    """MZ03 shuts out MZ16 for a person and, by the scope given, MZ01."""
    drawing = Drawing()
    drawing.excludes("MZ03", "MZ16")
    drawing.excludes("MZ03", "MZ01", scope)
    drawing.household("h1", "p1", "p2")
    drawing.enrolled("p1", "MZ03", "2026-03-01")
    return drawing


def test_two_exclusive_programmes_of_one_person_are_found_with_what_was_paid(
    tmp_path: Path,
) -> None:
    drawing = exclusive("person")
    drawing.enrolled("p1", "MZ16", "2025-01-01", "2026-05-10")
    for at, month in enumerate(("2026-02", "2026-03", "2026-05", "2026-06")):
        drawing.paid(f"d{at}", "p1", "MZ16", month, amount=33000)
    (row,) = asked(drawing, tmp_path, "exclusive_programmes_overlap")
    assert (row["unit_id"], row["programme"], row["beside"]) == ("p1", "MZ16", "MZ03")
    assert (row["overlap_from"], row["excess"], row["money"]) == (
        date(2026, 3, 1),
        ["d1", "d2"],
        66000,
    )
    assert row["articles"] == ["LAW-MZ03-MZ16"]


def test_payments_alone_show_an_overlap(tmp_path: Path) -> None:
    drawing = exclusive("person")
    drawing.paid("d1", "p2", "MZ03", "2026-09")
    drawing.paid("d2", "p2", "MZ16", "2026-09", amount=33000)
    drawing.paid("d3", "p2", "MZ16", "2026-10", amount=33000)
    (row,) = asked(drawing, tmp_path, "exclusive_programmes_overlap")
    assert (row["unit_id"], row["excess"], row["money"]) == ("p2", ["d2"], 33000)


@pytest.mark.parametrize(("scope", "found"), [("person", 0), ("household", 1)])
def test_a_family_programme_meets_its_member_only_by_scope(
    scope: str, found: int, tmp_path: Path
) -> None:
    drawing = exclusive(scope)
    drawing.enrolled("h1", "MZ01", "2025-01-01")
    rows = asked(drawing, tmp_path, "exclusive_programmes_overlap")
    assert [(row["unit"], row["unit_id"]) for row in rows] == [("household", "h1")] * found


@pytest.mark.parametrize(("counted", "found"), [(False, 0), (True, 1), (None, 1)])
def test_a_member_who_does_not_count_is_not_the_family(
    *, counted: bool | None, found: int, tmp_path: Path
) -> None:
    drawing = exclusive("household")
    drawing.counted("p1", counts=counted)
    drawing.counted("p2", counts=True)
    drawing.enrolled("h1", "MZ01", "2025-01-01")
    assert len(asked(drawing, tmp_path, "exclusive_programmes_overlap")) == found


def home_and_member(*, counted: bool | None, how: str) -> Drawing:
    """The family holds or is paid MZ01, one of its two members MZ02, which it shuts out."""
    drawing = Drawing()
    drawing.programme("MZ02", "civil_affairs")
    drawing.excludes("MZ01", "MZ02")
    drawing.household("h1", "p1", "p2")
    drawing.counted("p1", counts=counted)
    if how == "held":
        drawing.enrolled("h1", "MZ01", "2025-01-01")
        drawing.enrolled("p1", "MZ02", "2026-03-01")
    else:
        drawing.paid("d1", "h1", "MZ01", "2026-09")
    drawing.paid("d2", "p1", "MZ02", "2026-09", amount=33000)
    return drawing


@pytest.mark.parametrize("how", ["held", "paid"])
@pytest.mark.parametrize(("counted", "found"), [(True, 1), (None, 1), (False, 0)])
def test_what_a_family_is_granted_reaches_each_member_it_counts(
    *, counted: bool | None, found: int, how: str, tmp_path: Path
) -> None:
    rows = asked(
        home_and_member(counted=counted, how=how), tmp_path, "exclusive_programmes_overlap"
    )
    told = [(r["unit_id"], r["household"], r["programme"], r["excess"], r["money"]) for r in rows]
    assert told == [("p1", "h1", "MZ02", ["d2"], 33000)] * found


def test_what_one_member_is_granted_takes_nothing_from_another(tmp_path: Path) -> None:
    drawing = home_and_member(counted=True, how="paid")
    drawing.excludes("MZ02", "MZ16")
    drawing.paid("d3", "p2", "MZ16", "2026-09")
    rows = asked(drawing, tmp_path, "exclusive_programmes_overlap")
    assert [(row["unit_id"], row["programme"]) for row in rows] == [("p1", "MZ02")]


def test_who_had_left_the_family_is_not_reached(tmp_path: Path) -> None:
    drawing = home_and_member(counted=True, how="held")
    drawing.edges["Household", "HAS_MEMBER", "Person"][0]["until"] = date(2026, 3, 1)
    assert asked(drawing, tmp_path, "exclusive_programmes_overlap") == []


def test_who_lives_alone_is_the_family(tmp_path: Path) -> None:
    drawing = exclusive("person")
    drawing.household("h2", "p3")
    drawing.enrolled("p3", "MZ03", "2026-03-01")
    drawing.enrolled("h2", "MZ01", "2026-01-01")
    (row,) = asked(drawing, tmp_path, "exclusive_programmes_overlap")
    assert (row["unit_id"], row["programme"], row["beside"]) == ("h2", "MZ01", "MZ03")


def test_an_unknown_start_of_either_shows_no_overlap(tmp_path: Path) -> None:
    drawing = exclusive("person")
    drawing.enrolled("p2", "MZ03", None)
    drawing.enrolled("p2", "MZ16", "2026-01-01")
    assert asked(drawing, tmp_path, "exclusive_programmes_overlap") == []


@pytest.mark.parametrize(
    ("programme", "since", "until"),
    [
        ("MZ16", "2025-01-01", "2026-03-01"),
        ("MZ16", "2026-11-01", None),
        ("MZ16", None, None),
        ("YB01", "2025-01-01", None),
    ],
    ids=["ended as the other began", "not yet begun", "since an unknown day", "may be held too"],
)
def test_no_overlap(programme: str, since: str | None, until: str | None, tmp_path: Path) -> None:
    drawing = exclusive("person")
    drawing.enrolled("p1", programme, since, until)
    assert asked(drawing, tmp_path, "exclusive_programmes_overlap") == []


def test_four_haircuts_on_one_day_are_one_finding(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    for at, office in enumerate(("a", "b", "c", "d")):
        drawing.served(f"s{at}", "p1", "haircut", "2026-09-09", office)
    (row,) = asked(drawing, tmp_path, "same_thing_same_day")
    assert (row["departments"], row["excess"]) == (["a", "b", "c", "d"], ["s1", "s2", "s3"])
    assert (row["thing"], row["money"], row["programme"]) == ("haircut", None, None)


@pytest.mark.parametrize(
    ("thing", "on", "office"),
    [
        ("haircut", "2026-09-10", "b"),
        ("meal", "2026-09-09", "b"),
        ("haircut", "2026-09-09", "a"),
        ("haircut", None, "b"),
        (None, "2026-09-09", "b"),
    ],
    ids=["next day", "another thing", "the same office", "day unknown", "thing unknown"],
)
def test_served_once(thing: str | None, on: str | None, office: str, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.served("s1", "p1", "haircut", "2026-09-09", "a")
    drawing.served("s2", "p1", thing, on, office)
    assert asked(drawing, tmp_path, "same_thing_same_day") == []


def test_payments_for_months_after_the_death_are_found(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.died("p1", "2026-05-31")
    for month in ("2026-05", "2026-06", "2026-07"):
        drawing.paid(f"d{month}", "p1", "MZ16", month, amount=33000)
    drawing.paid("d9", "p1", "MZ16", "2026-08", status="recovered")
    drawing.paid("d0", "p1", "MZ16", None)
    drawing.paid("h9", "h1", "MZ01", "2026-08")
    (row,) = asked(drawing, tmp_path, "paid_after_death")
    assert (row["unit_id"], row["household"], row["died_on"]) == ("p1", "h1", date(2026, 5, 31))
    assert (row["excess"], row["money"]) == (["d2026-06", "d2026-07"], 66000)


def test_who_was_cremated_is_dead_though_no_day_of_death_is_stated(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.cremated("p1", "2026-05-31")
    drawing.household("h2", "p2", "p3")
    drawing.died("p2", "2026-05-20")
    drawing.cremated("p3", "2026-06-02")
    for month in ("2026-05", "2026-06"):
        drawing.paid(f"d{month}", "p1", "MZ16", month, amount=33000)
    drawing.paid("d0", "p1", "MZ16", None)
    for month in ("2026-06", "2026-07"):
        drawing.paid(f"h{month}", "h2", "MZ01", month)
    rows = asked(drawing, tmp_path, "paid_after_death")
    assert [(row["unit_id"], row["died_on"], row["dead_by"], row["excess"]) for row in rows] == [
        ("h2", None, date(2026, 6, 2), ["h2026-07"]),
        ("p1", None, date(2026, 5, 31), ["d2026-06"]),
    ]


@pytest.mark.parametrize(
    ("second", "found"), [("2026-06-02", ["d2"]), ("2026-07-01", []), (None, [])]
)
def test_a_household_is_dead_when_its_last_member_is(
    second: str | None, found: list[str], tmp_path: Path
) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.died("p1", "2026-05-01")
    if second:
        drawing.died("p2", second)
    drawing.paid("d1", "h1", "MZ01", "2026-06")
    drawing.paid("d2", "h1", "MZ01", "2026-07")
    rows = asked(drawing, tmp_path, "paid_after_death")
    assert [payment for row in rows for payment in row["excess"]] == found
