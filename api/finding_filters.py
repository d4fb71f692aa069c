"""What findings can be filtered and sorted by; anything else is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, exists, func

from api.lists import DEFAULT, known_values
from audit.tables import FINDING_DEPARTMENTS, FINDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.service import Service

FINDS: Final = ("gap", "duplicate", "suspicion")
SEVERITIES: Final = ("hard", "soft")
STATUSES: Final = ("open", "cleared", "all")
WORK_STATES: Final = (
    "to_dispatch",
    "to_receive",
    "checking",
    "to_review",
    "closed",
    "returned",
    "suspended",
)
LEAST: Final = -(2**62)
Sort = tuple[ColumnElement[Any], type, bool]
SORTS: Final[dict[str, Sort]] = {
    "-rank": (func.coalesce(FINDINGS.c.rank, LEAST), int, True),
    "-money": (func.coalesce(FINDINGS.c.money, LEAST), int, True),
    "money": (func.coalesce(FINDINGS.c.money, LEAST), int, False),
    "-first_seen": (FINDINGS.c.first_seen, str, True),
    "first_seen": (FINDINGS.c.first_seen, str, False),
    "region": (func.coalesce(FINDINGS.c.region, ""), str, False),
}


class FindingFilters(BaseModel):
    """The filters of the list; each may be repeated, and then any of its values will do."""

    model_config = ConfigDict(extra="forbid")
    question: list[str] = Field(default=[])
    finds: list[str] = Field(default=[])
    programme: list[str] = Field(default=[])
    region: list[str] = Field(default=[])
    department: list[str] = Field(default=[])
    household: list[str] = Field(default=[])
    severity: list[str] = Field(default=[])
    work_state: list[str] = Field(default=[])
    status: str = "open"
    sort: str = "-rank"
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=DEFAULT, ge=1, le=500)


def accepted(service: Service) -> dict[str, Sequence[str]]:
    """The values that each filter knows; a household is known only by trying."""
    pack = service.pack
    return {
        "question": list(service.questions),
        "finds": FINDS,
        "programme": list(pack.programmes),
        "region": list(pack.regions.by_code),
        "department": list(pack.departments),
        "severity": SEVERITIES,
        "work_state": WORK_STATES,
    }


def conditions(service: Service, filters: FindingFilters) -> list[ColumnElement[bool]]:
    """The filters as clauses."""
    for name, values in accepted(service).items():
        known_values(name, getattr(filters, name), values)
    known_values("status", [filters.status], STATUSES)
    plain = ("question", "finds", "programme", "household", "severity", "work_state")
    where: list[ColumnElement[bool]] = [
        FINDINGS.c[name].in_(getattr(filters, name)) for name in plain if getattr(filters, name)
    ]
    if filters.region:
        where.append(FINDINGS.c.region.in_(under(service, filters.region)))
    if filters.department:
        where.append(
            exists().where(
                FINDING_DEPARTMENTS.c.finding == FINDINGS.c.id,
                FINDING_DEPARTMENTS.c.department.in_(filters.department),
            )
        )
    if filters.status != "all":
        gone = FINDINGS.c.cleared_at
        where.append(gone.is_(None) if filters.status == "open" else gone.is_not(None))
    return where


def under(service: Service, regions: Sequence[str]) -> list[str]:
    """Every known place that lies in one of these."""
    known = service.pack.regions
    return [code for code in known.by_code if any(known.within(code, one) for one in regions)]
