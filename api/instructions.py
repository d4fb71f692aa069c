"""Instructions: given on a figure or a row, followed to their end, measured again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import exists, func, select

from api.access import Asking, Caller, Serving, cohort_in, instructions_in, note_read
from api.anchors import About, anchored, measured_again, suggested
from api.instruction_shapes import to_detail, to_row, to_told
from api.lists import DEFAULT, Json, after, from_cursor, known_values, to_cursor
from api.problems import Problem
from api.service import Service, yuan
from api.words import programme_label, question_label, region_label, state_label
from audit import ledger, working_days
from audit.instructions import Draft, Task, draft
from audit.progress import Given, step_assignment, step_instruction
from audit.steps import words
from audit.tables import ASSIGNMENTS, INSTRUCTIONS
from audit.then_now import then_and_now

router = APIRouter(tags=["instructions"])
Version = Annotated[str | None, Header(alias="If-Match")]


class NewTask(BaseModel):
    """What one department, or a township of it, is asked to do."""

    model_config = ConfigDict(extra="forbid")
    department: str
    part: Literal["lead", "assist"] = "assist"
    task: str = Field(default="", max_length=2000)
    region: str | None = None
    due_on: date | None = None


class DoneWhen(BaseModel):
    """The standard of being done: which figure, to what, by when."""

    model_config = ConfigDict(extra="forbid")
    figure: str
    to: str
    by: date


class NewInstruction(BaseModel):
    """An instruction as its leader writes it."""

    model_config = ConfigDict(extra="forbid")
    words: str = Field(min_length=1, max_length=4000)
    kind: str = "handle"
    urgency: str = "normal"
    proposal: str | None = Field(default=None, max_length=4000)
    due_on: date | None = None
    working_days: int | None = Field(default=None, ge=1, le=250)
    done_when: DoneWhen | None = None
    about: About
    assignments: list[NewTask] = Field(default=[], max_length=100)
    give: bool = False


class StepGiven(BaseModel):
    """What comes with a step."""

    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(default=None, max_length=2000)
    report: str | None = Field(default=None, max_length=20_000)
    department: str | None = None


class InstructionFilters(BaseModel):
    """What the list can be filtered by."""

    model_config = ConfigDict(extra="forbid")
    state: list[str] = Field(default=[])
    department: list[str] = Field(default=[])
    mine: bool = False
    overdue: bool = False
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=DEFAULT, ge=1, le=500)


def today(service: Service) -> date:
    """The day it is where the service runs."""
    return service.records.clock().astimezone().date()


@router.get("/instructions")
def read_instructions(
    caller: Asking, service: Serving, filters: Annotated[InstructionFilters, Query()]
) -> Json:
    """The instructions within the user's scope, the newest first."""
    known_values("state", filters.state, list(words()["instruction_state"]))
    known_values("department", filters.department, list(service.pack.departments))
    where = [instructions_in(caller.scope), *conditions(service, caller, filters)]
    page = list(where)
    if filters.cursor is not None:
        place = from_cursor(filters.cursor, [str, str])
        page.append(after(INSTRUCTIONS.c.made_at, INSTRUCTIONS.c.id, place, down=True))
    asked = select(INSTRUCTIONS.c.id, INSTRUCTIONS.c.made_at).where(*page)
    asked = asked.order_by(INSTRUCTIONS.c.made_at.desc(), INSTRUCTIONS.c.id)
    with service.records.read() as connection:
        rows = connection.execute(asked.limit(filters.limit + 1)).all()
        counted = select(func.count()).select_from(INSTRUCTIONS).where(*where)
        total = connection.execute(counted).scalar_one()
        shown = [ledger.whole(connection, row.id) for row in rows[: filters.limit]]
    further = len(rows) > filters.limit
    last = rows[filters.limit - 1] if further else None
    return {
        "items": [to_row(service, caller, one, today(service)) for one in shown],
        "next": to_cursor(last.made_at, last.id) if last else None,
        "total": total,
    }


def conditions(service: Service, caller: Caller, filters: InstructionFilters) -> list[Any]:
    """The filters as clauses."""
    where: list[Any] = []
    if filters.state:
        where.append(INSTRUCTIONS.c.state.in_(filters.state))
    if filters.mine:
        where.append(INSTRUCTIONS.c.issuer == caller.login)
    if filters.department:
        of = ASSIGNMENTS.c.instruction == INSTRUCTIONS.c.id
        where.append(exists().where(of, ASSIGNMENTS.c.department.in_(filters.department)))
    if filters.overdue:
        where.append(INSTRUCTIONS.c.due_on < today(service).isoformat())
        where.append(INSTRUCTIONS.c.state.not_in(("closed", "withdrawn")))
    return where


@router.get("/instructions/prefill")
def prefill(  # noqa: PLR0913 — one of four things it can be about, and its filters
    caller: Asking,
    service: Serving,
    *,
    figure: str | None = None,
    finding: str | None = None,
    household: str | None = None,
    programme: Annotated[list[str], Query()] = [],  # noqa: B006 — FastAPI copies it
    region: Annotated[list[str], Query()] = [],  # noqa: B006
) -> Json:
    """What the form should already say: departments, due date, what was seen."""
    filters = {"programme": programme, "region": region} if figure else {}
    about = About(figure=figure, finding=finding, household=household, filters=filters)
    if not (figure or finding or household) and len(programme) == 1:
        about = About(programme=programme[0])
    return suggested(service, caller, about, today(service))


@router.post("/instructions", status_code=201)
def write_instruction(
    given: NewInstruction, response: Response, caller: Asking, service: Serving
) -> Json:
    """Write an instruction; with `give` it is registered, numbered and sent at once."""
    if given.give:
        refuse_giving(caller)
    made = draft(service.records, caller.scope, to_draft(service, caller, given))
    if given.give:
        step_instruction(service.records, caller.scope, made, "give", Given())
    response.headers["Location"] = f"/api/v1/instructions/{made}"
    return detailed(service, caller, made, response)


def refuse_giving(caller: Caller) -> None:
    """Raise before anything is written, where the role may not send directly."""
    from audit.steps import machine

    who = machine("instruction").steps["give"].who
    if caller.scope.user.role not in who:
        raise Problem("role", known=sorted(who))


def to_draft(service: Service, caller: Caller, given: NewInstruction) -> Draft:
    """What was sent, with what was seen and the rows behind it."""
    offices = [task.department for task in given.assignments]
    known_values("department", offices, list(service.pack.departments))
    places = [task.region for task in given.assignments if task.region]
    known_values("region", places, list(service.pack.regions.by_code))
    due, counted = given.due_on, False
    if due is None and given.working_days is not None:
        due, counted = working_days.after(today(service), given.working_days), True
    anchor, cohort = anchored(service, caller, given.about)
    return Draft(
        words=given.words,
        anchor=anchor,
        tasks=[Task(**task.model_dump()) for task in given.assignments],
        cohort=cohort,
        kind=given.kind,
        urgency=given.urgency,
        proposal=given.proposal,
        due_on=due,
        due_by_weekdays=counted,
        done_when=given.done_when.model_dump(mode="json") if given.done_when else None,
    )


@router.get("/instructions/{instruction}")
def read_instruction(
    instruction: str, response: Response, caller: Asking, service: Serving
) -> Json:
    """One instruction with its assignments and everything that happened."""
    return detailed(service, caller, instruction, response)


def visible(service: Service, caller: Caller, instruction: str | None) -> ledger.Whole:
    """The instruction, if it is within the user's scope."""
    asked = select(INSTRUCTIONS.c.id)
    asked = asked.where(INSTRUCTIONS.c.id == instruction, instructions_in(caller.scope))
    with service.records.read() as connection:
        if instruction is None or connection.execute(asked).first() is None:
            raise Problem("not-found")
        return ledger.whole(connection, instruction)


def detailed(service: Service, caller: Caller, instruction: str, response: Response) -> Json:
    """Everything that is shown of one instruction; its version is its tag."""
    of = visible(service, caller, instruction)
    response.headers["ETag"] = f'"{of.row["version"]}"'
    return to_detail(service, caller, of, today(service))


@router.get("/instructions/{instruction}/cohort")
def read_cohort(instruction: str, caller: Asking, service: Serving) -> Json:
    """The frozen rows within the user's region, each as it is now."""
    visible(service, caller, instruction)
    note_read(service, caller, "cohort", instruction)
    lang = caller.lang
    with service.records.read() as connection:
        rows = ledger.cohort(connection, instruction, cohort_in(caller.scope))
    items = [
        {
            "finding": row["finding"],
            "question": row["question"],
            "question_label": question_label(service, row["question"], lang),
            "unit": row["unit"],
            "unit_id": row["unit_id"],
            "household": row["household"],
            "programme": row["programme"],
            "programme_label": programme_label(service, row["programme"], lang),
            "region": row["region"],
            "region_label": region_label(service, row["region"], lang),
            "money": yuan(row["money"]),
            "status": "open" if row["cleared_at"] is None else "cleared",
            "work_state": row["work_state"],
            "conclusion": row["conclusion"],
            "became": row["became"],
            "became_label": state_label("became", row["became"], lang),
        }
        for row in rows
    ]
    return {"items": items, "next": None, "total": len(items)}


def to_given(given: StepGiven | None, version: str | None, **more: Any) -> Given:  # noqa: ANN401
    """What came with a step, with the version that was read."""
    said = (given or StepGiven()).model_dump()
    tag = (version or "").strip().removeprefix("W/").strip('"')
    if tag and tag != "*" and not tag.isdigit():
        raise Problem("stale", says=f'If-Match is a version, such as "3"; not {version}.')
    return Given(**said, version=int(tag) if tag.isdigit() else None, **more)


@router.post("/instructions/{instruction}/{action}")
def step_of_instruction(  # noqa: PLR0913 — two in the path, a body, a header and who asks
    instruction: str,
    action: str,
    *,
    response: Response,
    caller: Asking,
    service: Serving,
    given: StepGiven | None = None,
    version: Version = None,
) -> Json:
    """Take one step: submit, register, dispatch, give, close, withdraw; or `remeasure`."""
    of = visible(service, caller, instruction)
    more: dict[str, Any] = {}
    if action in {"close", "remeasure"}:
        now = measured_again(service, of)
        told = then_and_now(service.records, instruction, now)
        if action == "remeasure":
            shown = {**detailed(service, caller, instruction, response)}
            name = of.row["anchor"]["name"]
            return {**shown, "then_now": to_told(told.then_now, name, caller.lang)}
        more = {"then_now": told.then_now, "became": told.became}
    step_instruction(
        service.records, caller.scope, instruction, action, to_given(given, version, **more)
    )
    return detailed(service, caller, instruction, response)


@router.post("/assignments/{assignment}/{action}")
def step_of_assignment(  # noqa: PLR0913 — two in the path, a body, a header and who asks
    assignment: str,
    action: str,
    *,
    response: Response,
    caller: Asking,
    service: Serving,
    given: StepGiven | None = None,
    version: Version = None,
) -> Json:
    """Take one step with an assignment: receive, report, accept and the others."""
    of = ledger.instruction_of(service.records, assignment)
    visible(service, caller, of)
    if given is not None and given.department is not None:
        known_values("department", [given.department], list(service.pack.departments))
    made = step_assignment(
        service.records, caller.scope, assignment, action, to_given(given, version)
    )
    return detailed(service, caller, made, response)
