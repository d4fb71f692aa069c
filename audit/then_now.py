"""Then and now: what an instruction was given on, measured again by key, its cohort told whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from audit.steps import words
from audit.tables import ASSIGNMENTS, COHORT, FINDINGS, INSTRUCTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import RowMapping

    from audit.records import Records

GAP_PARTS: Final = ("enrolled", "refuted", "waived", "left", "cleared", "remaining")
PAID_PARTS: Final = ("corrected", "refuted", "left", "cleared", "remaining")
CORRECTED: Final = {"reduced", "ended", "recovered"}
NOT_YET: Final = {
    "zh": "暂不能复测：反馈之后还没有新的一次测算",
    "en": "cannot be measured again yet: nothing was decided anew since the report",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as it stood in one run."""

    value: str | None
    numerator: int | None
    denominator: int | None
    as_of: str
    run: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Now:
    """What is known now: the figure, the findings it counts, who is enrolled, who is gone."""

    measured: Measured
    findings: Collection[str]  # open findings that the anchored figure and filters name now
    enrolled: Collection[tuple[str, str]]  # (unit id, programme)
    left: Collection[str]  # unit ids of the dead and of those who moved away


@dataclass(frozen=True, slots=True)
class Told:
    """Then and now as it is shown, and what became of each finding of the cohort."""

    then_now: dict[str, Any]
    became: dict[str, str]


def became(row: RowMapping, now: Now) -> str:
    """What became of one finding: the first that holds, facts before words."""
    gap = row["finds"] == "gap"
    holds = {
        "enrolled": gap and (row["unit_id"], row["programme"]) in now.enrolled,
        "corrected": not gap and row["disposal"] in CORRECTED,
        "refuted": row["conclusion"] == "refuted",
        "waived": gap and row["disposal"] == "waived",
        "left": row["unit_id"] in now.left,
        "cleared": row["cleared_at"] is not None,
        "remaining": True,
    }
    return next(name for name, true in holds.items() if true)


def then_and_now(records: Records, instruction: str, now: Now) -> Told:
    """The anchored figure then and now, with every finding of the cohort in exactly one part."""
    with records.read() as connection:
        whole = connection.execute(
            select(INSTRUCTIONS).where(INSTRUCTIONS.c.id == instruction)
        ).one()
        reported = connection.execute(
            select(func.max(ASSIGNMENTS.c.reported_at)).where(
                ASSIGNMENTS.c.instruction == instruction
            )
        ).scalar_one_or_none()
        found = connection.execute(
            select(
                COHORT.c.finding,
                COHORT.c.finds,
                COHORT.c.unit_id,
                COHORT.c.programme,
                FINDINGS.c.conclusion,
                FINDINGS.c.disposal,
                FINDINGS.c.cleared_at,
            )
            .join(FINDINGS, FINDINGS.c.id == COHORT.c.finding)
            .where(COHORT.c.instruction == instruction)
        )
        rows = found.mappings().all()
    since = reported or whole.given_at or whole.made_at
    if datetime.fromisoformat(now.measured.made_at) <= datetime.fromisoformat(since):
        return Told(not_yet(whole.anchor, len(rows), records.now()), {})
    each = {row["finding"]: became(row, now) for row in rows}
    return Told(tell(whole.anchor, each, [row["finds"] for row in rows], now, records.now()), each)


def not_yet(anchor: Mapping[str, Any], cohort: int, at: str) -> dict[str, Any]:
    """What is told while no newer run is there."""
    return {
        "measurable": False,
        "says": NOT_YET["zh"],
        "says_en": NOT_YET["en"],
        "measured_at": at,
        "then": seen(anchor),
        "now": None,
        "cohort": cohort,
        "parts": [],
        "added": None,
    }


def tell(
    anchor: Mapping[str, Any], each: Mapping[str, str], finds: Collection[str], now: Now, at: str
) -> dict[str, Any]:
    """The whole told: the parts of the cohort, and apart from it what is new."""
    counted = Counter(each.values())
    names = PAID_PARTS if finds and "gap" not in finds else GAP_PARTS
    known = dict.fromkeys([*names, *sorted(counted)])  # a cohort may hold both kinds
    parts = [(name, counted[name]) for name in known]
    added = sum(one not in each for one in now.findings)
    return {
        "measurable": True,
        "says": sentence(parts, len(each), added, "zh"),
        "says_en": sentence(parts, len(each), added, "en"),
        "measured_at": at,
        "then": seen(anchor),
        "now": asdict(now.measured),
        "cohort": len(each),
        "parts": [{"id": name, "count": count} for name, count in parts],
        "added": added,
    }


def seen(anchor: Mapping[str, Any]) -> dict[str, Any]:
    """The figure as it was seen when the instruction was written."""
    names = ("value", "numerator", "denominator", "as_of", "run", "made_at")
    return {name: anchor.get(name) for name in names}


def sentence(parts: list[tuple[str, int]], cohort: int, added: int, lang: str) -> str:
    """`412 = 已纳入 a + 不属实 b + …；新增 g`."""
    label = words()["became"]
    sums = " + ".join(f"{label[name][lang]} {count}" for name, count in parts)
    end = "；" if lang == "zh" else "; "
    return f"{cohort} = {sums}{end}{label['added'][lang]} {added}"
