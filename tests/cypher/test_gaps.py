"""Gaps on a drawn county: what must be found, what comes near, what is not known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.cypher.drawn import Drawing, Value, asked, day

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def gap() -> Drawing:
    """Household h1 with p1 and p2 qualifies for MZ01 and has nothing."""
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.qualifies("h1", "MZ01")
    return drawing


NEAR_A_GAP: dict[str, Callable[[Drawing], None]] = {
    "enrolled": lambda d: d.enrolled("h1", "MZ01", "2026-10-31"),
    "enrolled since an unknown day": lambda d: d.enrolled("h1", "MZ01", None),
    "ends tomorrow": lambda d: d.enrolled("h1", "MZ01", "2025-01-01", "2026-11-01"),
    "a member is enrolled": lambda d: d.enrolled("p2", "MZ01", "2025-01-01"),
    "paid for this month": lambda d: d.paid("d1", "h1", "MZ01", "2026-10"),
    "last month paid this month": lambda d: d.paid(
        "d1", "h1", "MZ01", "2026-09", paid_on=date(2026, 10, 8)
    ),
    "a member was paid": lambda d: d.paid("d1", "p1", "MZ01", "2026-10"),
    "open in time": lambda d: d.applied(
        "a1", "h1", "MZ01", accepted_on=day("2026-10-01"), due_on=day("2026-10-31")
    ),
    "open, due day unknown": lambda d: d.applied("a1", "h1", "MZ01", accepted_on=day("2026-10-01")),
    "overdue": lambda d: d.applied(
        "a1", "h1", "MZ01", accepted_on=day("2026-09-01"), due_on=day("2026-10-30")
    ),
    "ended today": lambda d: d.enrolled("h1", "MZ01", "2025-01-01", "2026-10-31"),
    "refused": lambda d: d.applied(
        *("a1", "h1", "MZ01"),
        accepted_on=day("2026-05-01"),
        decided_on=day("2026-05-20"),
        result="refused",
    ),
    "approved this month": lambda d: d.applied(
        *("a1", "p1", "MZ01"),
        accepted_on=day("2026-09-20"),
        decided_on=day("2026-10-20"),
        result="approved",
    ),
}
STILL_A_GAP: dict[str, Callable[[Drawing], None]] = {
    "nothing": lambda _: None,
    "enrolled from tomorrow": lambda d: d.enrolled("h1", "MZ01", "2026-11-01"),
    "ended half a year ago": lambda d: d.enrolled("h1", "MZ01", "2025-01-01", "2026-04-30"),
    "another programme": lambda d: d.enrolled("h1", "MZ03", "2025-01-01"),
    "last month paid last month": lambda d: d.paid(
        "d1", "h1", "MZ01", "2026-09", paid_on=date(2026, 9, 8)
    ),
    "returned": lambda d: d.paid("d1", "h1", "MZ01", "2026-10", status="returned"),
    "status unknown": lambda d: d.paid("d1", "h1", "MZ01", "2026-10", status=None),
    "month unknown": lambda d: d.paid("d1", "h1", "MZ01", None),
    "withdrawn": lambda d: d.applied(
        *("a1", "h1", "MZ01"),
        accepted_on=day("2026-10-01"),
        due_on=day("2026-11-30"),
        withdrawn_on=day("2026-10-02"),
    ),
}


@pytest.mark.parametrize("near", NEAR_A_GAP)
def test_no_gap(near: str, tmp_path: Path) -> None:
    drawing = gap()
    NEAR_A_GAP[near](drawing)
    assert asked(drawing, tmp_path, "never_applied") == []


@pytest.mark.parametrize("still", STILL_A_GAP)
def test_a_gap(still: str, tmp_path: Path) -> None:
    drawing = gap()
    STILL_A_GAP[still](drawing)
    (row,) = asked(drawing, tmp_path, "never_applied")
    assert (row["unit"], row["unit_id"], row["programme"]) == ("household", "h1", "MZ01")
    assert (row["money"], row["region"], row["departments"]) == (
        50000,
        "330382101",
        ["civil_affairs"],
    )


def test_a_gap_says_what_came_before_and_who_is_vulnerable(tmp_path: Path) -> None:
    drawing = gap()
    drawing.enrolled("h1", "MZ01", "2025-01-01", "2026-01-01")
    drawing.born("p1", "1966-10-31")
    drawing.born("p2", "2008-11-01")
    (row,) = asked(drawing, tmp_path, "never_applied")
    assert (row["history"], row["vulnerable"]) == ("enrolment_ended", 2)
    assert sorted(row["origins"]) == ["register|h1", "register|h1-p1", "register|h1-p2"]


def test_what_an_identity_opens_is_no_gap_beside_the_missing_identity(tmp_path: Path) -> None:
    drawing = gap()
    drawing.qualifies("p1", "MZ16")
    drawing.qualifies("p2", "MZ03")
    rows = asked(drawing, tmp_path, "never_applied")
    assert [(row["unit_id"], row["programme"]) for row in rows] == [("h1", "MZ01"), ("p2", "MZ03")]


@pytest.mark.parametrize(
    ("due", "said", "found"),
    [
        ("2026-10-30", {}, 1),
        ("2026-10-31", {}, 0),
        (None, {}, 0),
        ("2026-10-01", {"withdrawn_on": date(2026, 10, 2)}, 0),
        ("2026-10-01", {"decided_on": date(2026, 10, 20), "result": "approved"}, 0),
    ],
    ids=["late", "due today", "due day unknown", "withdrawn", "decided late"],
)
def test_an_open_application_past_its_day_is_late(
    due: str | None, said: dict[str, Value], found: int, tmp_path: Path
) -> None:
    drawing = gap()
    drawing.applied("a1", "h1", "MZ01", accepted_on=day("2026-09-01"), due_on=day(due), **said)
    rows = asked(drawing, tmp_path, "application_overdue")
    assert [(row["unit_id"], row["application"]) for row in rows] == [("h1", "a1")] * found


def test_a_gap_with_an_unknown_amount_has_unknown_money(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.qualifies("p1", "MZ03", None)
    (row,) = asked(drawing, tmp_path, "never_applied")
    assert (row["unit"], row["household"], row["money"]) == ("person", "h1", None)


def test_a_member_who_left_does_not_close_the_gap(tmp_path: Path) -> None:
    drawing = gap()
    drawing.person("p3")
    drawing.member("h1", "p3", until=date(2026, 6, 1))
    drawing.enrolled("p3", "MZ01", "2025-01-01")
    assert len(asked(drawing, tmp_path, "never_applied")) == 1


def test_what_an_exclusion_took_away_is_no_gap(tmp_path: Path) -> None:
    drawing = gap()
    ends = ("Household", "QUALIFIES_FOR", "Programme")
    drawing.edges[ends][0]["after"] = "excluded"
    assert asked(drawing, tmp_path, "never_applied") == []


def linked() -> Drawing:
    """Household h1 holds MZ01; its member p1 qualifies for MZ16 and YB01 and has neither."""
    drawing = Drawing()
    drawing.household("h1", "p1", "p2")
    drawing.enrolled("h1", "MZ01", "2026-09-30")
    drawing.qualifies("p1", "MZ16")
    return drawing


def test_an_identity_held_for_a_month_without_its_benefit_is_found(tmp_path: Path) -> None:
    drawing = linked()
    (row,) = asked(drawing, tmp_path, "identity_without_linked_benefit")
    assert (row["unit_id"], row["programme"], row["identities"]) == ("p1", "MZ16", ["MZ01"])
    assert (row["household"], row["departments"], row["money"]) == (
        "h1",
        ["disability_federation"],
        50000,
    )


def test_it_is_not_asked_twice(tmp_path: Path) -> None:
    assert asked(linked(), tmp_path, "never_applied") == []


NEAR_A_LINK: dict[str, Callable[[Drawing], None]] = {
    "receives it": lambda d: d.enrolled("p1", "MZ16", "2026-10-01"),
    "was paid": lambda d: d.paid("d1", "p1", "MZ16", "2026-10"),
    "applied in time": lambda d: d.applied(
        "a1", "p1", "MZ16", accepted_on=day("2026-10-20"), due_on=day("2026-11-20")
    ),
}


@pytest.mark.parametrize("near", NEAR_A_LINK)
def test_no_missing_link(near: str, tmp_path: Path) -> None:
    drawing = linked()
    NEAR_A_LINK[near](drawing)
    assert asked(drawing, tmp_path, "identity_without_linked_benefit") == []


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-10-01", None), ("2025-01-01", "2026-10-31"), (None, None)],
    ids=["held too short", "ended", "since an unknown day"],
)
def test_no_link_without_the_identity(since: str | None, until: str | None, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.enrolled("h1", "MZ01", since, until)
    drawing.qualifies("p1", "MZ16")
    assert asked(drawing, tmp_path, "identity_without_linked_benefit") == []


@pytest.mark.parametrize(("month", "found"), [("2025-11", 0), ("2025-10", 1)])
def test_a_yearly_benefit_has_a_yearly_cycle(month: str, found: int, tmp_path: Path) -> None:
    drawing = linked()
    drawing.edges[("Person", "QUALIFIES_FOR", "Programme")].clear()
    drawing.qualifies("p1", "YB01")
    drawing.paid("d1", "p1", "YB01", month)
    rows = asked(drawing, tmp_path, "identity_without_linked_benefit")
    assert len(rows) == found
