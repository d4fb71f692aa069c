"""Findings: the list, one with its evidence, and the steps of its life."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, RowMapping, func, select

from api.access import Asking, Caller, Serving, findings_in, note_read
from api.finding_filters import SORTS, FindingFilters, conditions
from api.finding_shapes import to_detail, to_row
from api.lists import Json, after, from_cursor, known_values, to_cursor
from api.problems import Problem
from api.service import Service, yuan
from audit.outcomes import Conclusion, conclude
from audit.tables import EPISODES, FINDINGS, OUTCOMES

router = APIRouter(tags=["findings"])


class OutcomeStep(BaseModel):
    """One step in a finding's life, with what was found out."""

    model_config = ConfigDict(extra="forbid")
    action: str
    conclusion: str | None = None
    disposal: str | None = None
    application_number: str | None = Field(default=None, max_length=60)
    until: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    note: str | None = Field(default=None, max_length=2000)


@router.get("/findings")
def read_findings(
    caller: Asking,
    service: Serving,
    filters: Annotated[FindingFilters, Query()],
) -> Json:
    """The findings of the user's scope, the weightiest first."""
    known_values("sort", [filters.sort], list(SORTS))
    where = [*conditions(service, filters), findings_in(caller.scope)]
    column, kind, down = SORTS[filters.sort]
    page = list(where)
    if filters.cursor is not None:
        page.append(
            after(column, FINDINGS.c.id, from_cursor(filters.cursor, [kind, str]), down=down)
        )
    order = column.desc() if down else column.asc()
    asked = select(FINDINGS, column.label("place")).where(*page).order_by(order, FINDINGS.c.id)
    with service.records.read() as connection:
        rows = connection.execute(asked.limit(filters.limit + 1)).mappings().all()
        sums = connection.execute(
            select(
                func.count(),
                func.count(FINDINGS.c.household.distinct()),
                func.coalesce(func.sum(FINDINGS.c.money), 0),
            ).where(*where)
        ).one()
    shown = rows[: filters.limit]
    further = len(rows) > filters.limit
    return {
        "items": [to_row(service, row, caller.lang) for row in shown],
        "next": to_cursor(shown[-1]["place"], shown[-1]["id"]) if further else None,
        "total": sums[0],
        "households": sums[1],
        "money": yuan(int(sums[2])),
    }


@router.get("/findings/{finding}")
def read_finding(finding: str, caller: Asking, service: Serving) -> Json:
    """One finding with its evidence, its articles and the rows of files it rests on."""
    detail = detailed(service, caller, finding)
    note_read(service, caller, "finding", finding)
    return detail


@router.patch("/findings/{finding}")
def step_finding(finding: str, given: OutcomeStep, caller: Asking, service: Serving) -> Json:
    """Take one step: receive, conclude, review and the others."""
    seen(service, caller, finding)
    said = given.model_dump(exclude={"action"})
    conclude(service.records, caller.scope, finding, given.action, Conclusion(**said))
    return detailed(service, caller, finding)


def seen(service: Service, caller: Caller, finding: str) -> RowMapping:
    """The finding, if it is within the user's scope."""
    asked = select(FINDINGS).where(FINDINGS.c.id == finding, findings_in(caller.scope))
    with service.records.read() as connection:
        row = connection.execute(asked).mappings().first()
    if row is None:
        raise Problem("not-found")
    return row


def detailed(service: Service, caller: Caller, finding: str) -> Json:
    """Everything that is shown of one finding."""
    row = seen(service, caller, finding)
    of: list[ColumnElement[bool]] = [EPISODES.c.finding == finding]
    with service.records.read() as connection:
        episodes = connection.execute(select(EPISODES).where(*of).order_by(EPISODES.c.number))
        outcomes = connection.execute(
            select(OUTCOMES).where(OUTCOMES.c.finding == finding).order_by(OUTCOMES.c.id)
        )
        history = (episodes.mappings().all(), outcomes.mappings().all())
    latest = service.latest()
    records = latest.origins(row["origins"]) if latest else []
    return to_detail(service, caller, row, (*history, records))
