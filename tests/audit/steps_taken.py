"""Short ways to write, give and move instructions in tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from audit import ledger
from audit.instructions import Draft, Task, draft
from audit.progress import Given, step_assignment, step_instruction
from audit.tables import EVENTS
from tests.audit.world import scope

if TYPE_CHECKING:
    from audit.records import Records
    from audit.users import Scope

LEADER, DEPUTY, INSPECTOR = scope("leader"), scope("deputy_leader"), scope("inspector")
CIVIL = scope("handler", "civil", "civil_affairs")
OTHER = scope("handler", "federation", "disability_federation")
EAST = scope("township", "east", region="330382101")
LEAD = Task("civil_affairs", "lead", "逐户核查")
ASSIST = Task("disability_federation", "assist", "核对残疾证")
TOLD = {"measurable": True, "says": "0 = 0", "parts": []}


def words(**other: Any) -> Draft:  # noqa: ANN401
    given: dict[str, Any] = {
        "words": "请民政局十日内逐户核查",
        "anchor": {"kind": "figure", "name": "suspected_gaps", "run": "R1"},
        "tasks": [LEAD, ASSIST],
        "due_on": date(2026, 11, 16),
    }
    return Draft(**{**given, **other})


def parts(records: Records, instruction: str) -> dict[str, Any]:
    with records.read() as connection:
        return {part["part"]: part for part in ledger.whole(connection, instruction).parts}


def state(records: Records, instruction: str) -> str:
    with records.read() as connection:
        return str(ledger.whole(connection, instruction).row["state"])


def events(records: Records, instruction: str) -> list[tuple[str, str, str, str]]:
    with records.read() as connection:
        rows = connection.execute(
            select(EVENTS).where(EVENTS.c.instruction == instruction).order_by(EVENTS.c.id)
        )
        return [(row.by, row.action, row.from_state, row.to_state) for row in rows]


def take(records: Records, who: Scope, assignment: str, *actions: str, **said: Any) -> None:  # noqa: ANN401
    for action in actions:
        step_assignment(records, who, assignment, action, Given(**said))


def given(records: Records, **other: Any) -> str:  # noqa: ANN401
    made = draft(records, LEADER, words(**other))
    step_instruction(records, LEADER, made, "give", Given())
    return made
