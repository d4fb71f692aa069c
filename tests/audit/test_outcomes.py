"""Findings from run to run, and the steps of their life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from audit.episodes import Kept, keep_findings
from audit.outcomes import Conclusion, UnknownFindingError, conclude
from audit.steps import IncompleteError, RoleError, StateError
from audit.tables import EPISODES, FINDING_DEPARTMENTS, FINDINGS, OUTCOMES
from tests.audit.world import finding, scope

if TYPE_CHECKING:
    from audit.records import Records
    from audit.users import Scope

INSPECTOR, LEADER = scope("inspector"), scope("leader")
CIVIL = scope("handler", "civil", "civil_affairs")
SECOND = scope("handler", "second", "civil_affairs")


def keep(
    records: Records, run: str, *rows: dict[str, object], asked: str = "never_applied"
) -> Kept:
    return keep_findings(records, rows, asked=[asked], run=run)


def row(records: Records, made: str) -> dict[str, object]:
    with records.read() as connection:
        found = connection.execute(select(FINDINGS).where(FINDINGS.c.id == made))
        return dict(found.mappings().one())


def step(records: Records, who: Scope, *actions: str, **said: str) -> None:
    for action in actions:
        conclude(records, who, "a", action, Conclusion(**said))


def under_check(records: Records) -> None:
    keep(records, "R1", finding("a"))
    step(records, INSPECTOR, "dispatch")
    step(records, CIVIL, "receive")


def test_the_same_again_changes_nothing_that_counts(records: Records) -> None:
    assert keep(records, "R1", finding("a"), finding("b")) == Kept(2, 0, 0, 0, 0, 0)
    assert keep(records, "R2", finding("a"), finding("b")) == Kept(0, 2, 0, 0, 0, 0)
    kept = row(records, "a")
    assert (kept["first_run"], kept["last_run"], kept["episode"]) == ("R1", "R2", 1)


def test_what_a_run_does_not_find_is_cleared_and_may_come_back(records: Records) -> None:
    keep(records, "R1", finding("a"), finding("b"))
    gone = keep(records, "R2", finding("b"))
    assert gone == Kept(0, 1, 0, 0, 1, 0)
    assert [(one.how, one.id, one.question) for one in gone.moved] == [
        ("cleared", "a", finding("a")["question"])
    ]
    assert row(records, "a")["cleared_at"] is not None
    again = keep(records, "R3", finding("a"), finding("b"))
    assert again == Kept(0, 1, 0, 1, 0, 0)
    assert [(one.how, one.id) for one in again.moved] == [("back", "a")]
    assert row(records, "a")["cleared_at"] is None
    with records.read() as connection:
        assert connection.execute(select(EPISODES.c.ended_at)).scalars().all() == [None, None]


def test_a_question_that_could_not_be_asked_clears_nothing(records: Records) -> None:
    keep(records, "R1", finding("a"))
    assert keep(records, "R2", asked="paid_after_death") == Kept(0, 0, 0, 0, 0, 1)
    assert row(records, "a")["cleared_at"] is None


def test_a_conclusion_outlives_runs_until_the_evidence_changes(records: Records) -> None:
    under_check(records)
    step(records, CIVIL, "conclude", conclusion="refuted", note="已入户")
    step(records, SECOND, "approve")
    keep(records, "R2")
    keep(records, "R3", finding("a", money=90_000))
    kept = row(records, "a")
    assert (kept["conclusion"], kept["work_state"], kept["money"]) == ("refuted", "closed", 90_000)
    assert keep(records, "R4", finding("a", evidence_digest="other")).changed == 1
    kept = row(records, "a")
    assert (kept["conclusion"], kept["work_state"], kept["episode"]) == (None, "to_dispatch", 2)
    with records.read() as connection:
        rows = connection.execute(select(EPISODES).order_by(EPISODES.c.number)).all()
    assert [(one.number, one.ended_at is None) for one in rows] == [(1, False), (2, True)]


def test_a_finding_may_move_to_other_departments(records: Records) -> None:
    keep(records, "R1", finding("a", departments=["civil_affairs", "health"]))
    keep(records, "R2", finding("a", departments=["health", "health"]))
    with records.read() as connection:
        rows = connection.execute(select(FINDING_DEPARTMENTS.c.department)).scalars().all()
    assert rows == ["health"]


def test_whoever_checked_does_not_review(light: Records) -> None:
    under_check(light)
    step(light, CIVIL, "conclude", conclusion="confirmed")
    with pytest.raises(RoleError, match="does not review"):
        step(light, CIVIL, "approve")
    step(light, SECOND, "approve")
    with light.read() as connection:
        rows = connection.execute(select(OUTCOMES).order_by(OUTCOMES.c.id)).all()
    assert [(one.by, one.action, one.to_state) for one in rows] == [
        ("inspector", "dispatch", "to_receive"),
        ("civil", "receive", "checking"),
        ("civil", "conclude", "to_review"),
        ("second", "approve", "closed"),
    ]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "needs `conclusion`"),
        ({"conclusion": "maybe"}, "confirmed, partly, refuted, unverifiable"),
        ({"conclusion": "confirmed", "disposal": "gone"}, "applied, waived"),
        ({"conclusion": "confirmed", "disposal": "applied"}, "number of the application"),
    ],
)
def test_a_conclusion_that_lacks_something_is_refused(
    light: Records, said: dict[str, str], says: str
) -> None:
    under_check(light)
    with pytest.raises(IncompleteError, match=says):
        step(light, CIVIL, "conclude", **said)
    assert row(light, "a")["work_state"] == "checking"


def test_a_step_that_cannot_follow_names_those_that_can(light: Records) -> None:
    keep(light, "R1", finding("a"))
    with pytest.raises(StateError, match="dispatch → to_receive"):
        step(light, CIVIL, "conclude", conclusion="confirmed")
    with pytest.raises(RoleError):
        step(light, LEADER, "dispatch")
    with pytest.raises(UnknownFindingError):
        conclude(light, CIVIL, "z", "receive", Conclusion())
