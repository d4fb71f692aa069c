"""What an instruction was given on, measured again: every row of its cohort in exactly one part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from audit.episodes import keep_findings
from audit.instructions import CohortRow
from audit.outcomes import Conclusion, conclude
from audit.progress import Given, step_instruction
from audit.tables import COHORT, FINDINGS
from audit.then_now import Measured, Now, then_and_now
from tests.audit.steps_taken import CIVIL, INSPECTOR, LEAD, given, parts, take
from tests.audit.world import finding

if TYPE_CHECKING:
    from audit.records import Records


def kept(records: Records, *made: str, run: str = "R1", **other: object) -> list[CohortRow]:
    """Findings on record, frozen."""
    keep_findings(
        records, [finding(one, **other) for one in made], asked=["never_applied"], run=run
    )
    names = [column.name for column in COHORT.columns if column.name in FINDINGS.columns]
    with records.read() as connection:
        rows = connection.execute(select(FINDINGS).order_by(FINDINGS.c.id)).mappings().all()
    return [CohortRow(finding=row["id"], **{name: row[name] for name in names}) for row in rows]


def now(at: str, *, findings: set[str], **other: Any) -> Now:  # noqa: ANN401
    measured = Measured("0.1", 1, 10, "2026-11-30", "R2", at)
    return Now(measured, findings, other.get("enrolled", set()), other.get("left", set()))


def say(records: Records, one: str, what: str, disposal: str | None = None) -> None:
    """The handler's conclusion on a finding that is being checked."""
    conclude(records, CIVIL, one, "conclude", Conclusion(conclusion=what, disposal=disposal))


def test_the_cohort_is_told_whole_each_row_in_one_part(records: Records) -> None:
    cohort = kept(records, "a", "b", "c", "d", "e", "f")
    made = given(records, cohort=cohort, tasks=[LEAD])
    lead = parts(records, made)["lead"]["id"]
    take(records, CIVIL, lead, "receive")
    say(records, "b", "refuted")
    say(records, "c", "confirmed", "waived")
    take(records, CIVIL, lead, "report", report="好了")
    early = then_and_now(records, made, now("2026-11-02T01:00:00+00:00", findings={"f"}))
    assert early.then_now["says"] == "暂不能复测：反馈之后还没有新的一次测算"
    assert not early.then_now["measurable"]
    rows = [finding(one) for one in ("b", "c", "d", "f", "g")]
    keep_findings(records, rows, asked=["never_applied"], run="R2")
    later = now(
        records.now(),
        findings={"d", "f", "g"},
        enrolled={("h-a", "MZ01"), ("h-e", "MZ16")},
        left={"h-d"},
    )
    told = then_and_now(records, made, later)
    assert told.became == {
        "a": "enrolled",
        "b": "refuted",
        "c": "waived",
        "d": "left",
        "e": "cleared",
        "f": "remaining",
    }
    assert told.then_now["says"] == (
        "6 = 已纳入 1 + 不属实 1 + 放弃 1 + 迁出死亡 1 + 数据变化消除 1 + 尚存 1；新增 1"
    )
    assert sum(part["count"] for part in told.then_now["parts"]) == 6
    take(records, INSPECTOR, lead, "accept")
    frozen = Given(then_now=told.then_now, became=told.became)
    step_instruction(records, INSPECTOR, made, "close", frozen)
    with records.read() as connection:
        rows_ = connection.execute(select(COHORT.c.finding, COHORT.c.became))
        assert {row.finding: row.became for row in rows_} == told.became


def test_money_paid_too_much_is_corrected_not_enrolled(light: Records) -> None:
    cohort = kept(light, "a", "b", finds="duplicate")
    made = given(light, cohort=cohort, tasks=[LEAD])
    take(light, CIVIL, parts(light, made)["lead"]["id"], "receive")
    say(light, "a", "confirmed", "recovered")
    light.clock()
    told = then_and_now(
        light, made, now(light.now(), findings={"a", "b"}, enrolled={("h-a", "MZ01")})
    )
    assert told.then_now["says"] == (
        "2 = 已纠正 1 + 不属实 0 + 迁出死亡 0 + 数据变化消除 0 + 尚存 1；新增 0"
    )
