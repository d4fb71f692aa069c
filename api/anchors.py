"""What an instruction is anchored to: what was seen, the rows behind it, both measured again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, RowMapping, select

from api.access import findings_in, household_in, scope_of
from api.finding_filters import under
from api.household_graph import HOUSEHOLD, read
from api.lists import Json
from api.measures import measure
from api.problems import Problem
from api.service import yuan
from api.words import programme_label, question_label, region_label
from audit import working_days
from audit.figures import REGISTRY
from audit.instructions import CohortRow
from audit.tables import COHORT, FINDINGS
from audit.then_now import Measured, Now
from audit.users import Scope, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.access import Caller
    from api.service import Service
    from audit.ledger import Whole

LANGS: Final = ("zh", "en")
DAYS: Final = 10
FROZEN: Final = (
    "finds",
    "unit",
    "unit_id",
    "household",
    "programme",
    "region",
    "episode",
    "money",
)
ENROLLED: Final = """
MATCH (u:Household|Person)-[m:HAS_MEMBER*0..1]-(x)-[e:ENROLLED_IN]->(p:Programme)
WHERE u.id IN $units AND (e.since IS NULL OR e.since <= $as_of)
  AND (e.until IS NULL OR e.until > $as_of)
  AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
RETURN DISTINCT u.id AS unit_id, p.id AS programme
ORDER BY unit_id, programme
"""
LIVING: Final = """
MATCH (u:Household|Person)-[m:HAS_MEMBER*0..1]->(p:Person)
WHERE u.id IN $units AND (p.dead_by IS NULL OR p.dead_by > $as_of)
  AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
RETURN DISTINCT u.id AS unit_id, u.region AS region
ORDER BY unit_id
"""


class About(BaseModel):
    """What an instruction is on: exactly one of these."""

    model_config = ConfigDict(extra="forbid")
    figure: str | None = None
    finding: str | None = None
    household: str | None = None
    programme: str | None = None
    filters: dict[str, list[str]] = Field(default={})

    @property
    def kind(self) -> str:
        """Which of them it is."""
        kinds = ("figure", "finding", "household", "programme")
        given = [kind for kind in kinds if getattr(self, kind)]
        if len(given) != 1 or (self.filters and given != ["figure"]):
            says = "`about` names exactly one thing; filters belong to a figure."
            raise Problem("bad-body", says=says, known=kinds)
        return given[0]


def anchored(service: Service, caller: Caller, about: About) -> tuple[Json, list[CohortRow]]:
    """What was seen, and the open findings behind it, frozen."""
    kind, state = about.kind, service.state
    name = str(getattr(about, kind))
    refuse_unseen(service, caller.scope, kind, name)
    filters = {key: values for key, values in about.filters.items() if values}
    user = caller.scope.user
    anchor = {
        "kind": kind,
        "name": name,
        "filters": filters,
        "scope": {"region": user.region, "departments": list(user.departments)},
        **seen(service, caller.scope, kind, name, filters),
    }
    rows = cohort(service, caller.scope, anchor)
    if kind == "finding" and not rows:
        raise Problem("not-found")
    finds = rows[0]["question"] if kind == "finding" else ""
    anchor["label"] = {lang: label(service, anchor, finds, lang) for lang in LANGS}
    anchor["as_of"] = state.run.as_of.isoformat()
    frozen = [CohortRow(row["id"], *(row[one] for one in FROZEN)) for row in rows]
    return anchor, frozen


def refuse_unseen(service: Service, scope: Scope, kind: str, name: str) -> None:
    """Raise where the thing is unknown, or not within the user's scope."""
    known = {
        "figure": name in REGISTRY,
        "programme": name in service.pack.programmes,
        "finding": True,
    }
    if kind == "household":
        found = read(service.state, HOUSEHOLD, name)
        if not found or not household_in(service, scope, name, found[0]["region"]):
            raise Problem("not-found")
    elif not known[kind]:
        raise Problem("not-found")


def seen(
    service: Service, scope: Scope, kind: str, name: str, filters: dict[str, list[str]]
) -> Json:
    """The figure's value as it stands in the latest run; only the run for anything else."""
    state = service.state
    basis = {"run": state.run.id, "made_at": state.made_at}
    measured = measure(service, scope, name, filters) if kind == "figure" else None
    if measured is None:
        return {"value": None, "numerator": None, "denominator": None, **basis}
    whole = measured.whole
    numbers = {"numerator": whole.numerator, "denominator": whole.denominator}
    return {"value": whole.value, **numbers, **basis}


def in_yuan(told: Json | None, figure: str) -> Json | None:
    """What was seen of a figure, money as readers see it; the records keep it in fen."""
    if told is None or figure not in REGISTRY or REGISTRY[figure].counts != "fen":
        return told
    return {**told, **{side: yuan(told[side]) for side in ("numerator", "denominator")}}


def cohort(service: Service, scope: Scope, anchor: Json) -> Sequence[RowMapping]:
    """The open findings that an anchor names within a scope."""
    where = [FINDINGS.c.cleared_at.is_(None), findings_in(scope), *named(service, anchor)]
    with service.records.read() as connection:
        return (
            connection.execute(select(FINDINGS).where(*where).order_by(FINDINGS.c.id))
            .mappings()
            .all()
        )


def named(service: Service, anchor: Json) -> list[ColumnElement[bool]]:
    """The clauses of an anchor."""
    name, filters = anchor["name"], anchor["filters"]
    if anchor["kind"] != "figure":
        column = {"finding": "id", "household": "household", "programme": "programme"}
        return [FINDINGS.c[column[anchor["kind"]]] == name]
    figure = REGISTRY[name]
    where = [
        FINDINGS.c.finds.in_(figure.finds),
        FINDINGS.c.question.not_in(figure.leaves_out),
        FINDINGS.c.conclusion.is_distinct_from("refuted"),
        FINDINGS.c.disposal.is_distinct_from("waived"),
    ]
    if figure.counts == "fen":
        where.append(FINDINGS.c.severity == "hard")
    if filters.get("programme"):
        where.append(FINDINGS.c.programme.in_(filters["programme"]))
    if filters.get("region"):
        where.append(FINDINGS.c.region.in_(under(service, filters["region"])))
    return where


def label(service: Service, anchor: Json, question: str, lang: str) -> str:
    """What an instruction is about, in words."""
    name, filters = anchor["name"], anchor["filters"]
    match anchor["kind"]:
        case "figure":
            parts = [
                REGISTRY[name].label[lang],
                *(programme_label(service, one, lang) for one in filters.get("programme", ())),
                *(region_label(service, one, lang) for one in filters.get("region", ())),
            ]
            return " · ".join(part for part in parts if part)
        case "finding":
            return question_label(service, question, lang) or name
        case "programme":
            return programme_label(service, name, lang) or name
        case _:
            return {"zh": f"家庭 {name}", "en": f"household {name}"}[lang]


def suggested(service: Service, caller: Caller, about: About, today: date) -> Json:
    """Departments, due date and what was seen, for the form."""
    anchor, rows = anchored(service, caller, about)
    offices = departments(service, [row.finding for row in rows])
    if not offices:
        offices = ["civil_affairs"] if "civil_affairs" in service.pack.departments else []
    anchor["label"] = anchor["label"][caller.lang]
    return {
        "about": {**(in_yuan(anchor, anchor["name"]) or {}), "cohort": len(rows)},
        "assignments": [
            {"department": one, "part": "assist" if place else "lead", "task": ""}
            for place, one in enumerate(offices)
        ],
        "working_days": DAYS,
        "due_on": working_days.after(today, DAYS),
        "due_note": working_days.NOTE[caller.lang],
        "kind": "handle",
        "urgency": "normal",
    }


def departments(service: Service, findings: Sequence[str]) -> list[str]:
    """The departments that these findings are of, the one with most first."""
    asked = select(FINDINGS.c.departments).where(FINDINGS.c.id.in_(findings))
    with service.records.read() as connection:
        counted = Counter(one for names in connection.execute(asked).scalars() for one in names)
    return [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def giver(of: Whole) -> User:
    """Whoever gave the instruction, with the scope he had when he saw the figure."""
    login, role, saved = of.row["issuer"], of.row["issuer_role"], of.row["anchor"]["scope"]
    return User("", login, login, role, saved["region"], tuple(saved["departments"]))


def measured_again(service: Service, of: Whole) -> Now:
    """The same figure, filters and scope in the latest run, and what is known of the cohort."""
    anchor, state = of.row["anchor"], service.state
    scope = scope_of(giver(of), service.pack.regions)
    now = seen(service, scope, anchor["kind"], anchor["name"], anchor["filters"])
    with service.records.read() as connection:
        asked = select(COHORT.c.unit_id).where(COHORT.c.instruction == of.row["id"])
        units = sorted(set(connection.execute(asked).scalars()))
    given: dict[str, Any] = {"units": units, "as_of": state.run.as_of}
    granted = state.store.read(ENROLLED, given) if units else []
    living = state.store.read(LIVING, given) if units else []
    here = {
        row["unit_id"]
        for row in living
        if row["region"] is None or scope.covers(service.pack.regions.nearest(row["region"]))
    }
    return Now(
        Measured(**now, as_of=state.run.as_of.isoformat()),
        {row["id"] for row in cohort(service, scope, anchor)},
        {(row["unit_id"], row["programme"]) for row in granted},
        set(units) - here,
    )
