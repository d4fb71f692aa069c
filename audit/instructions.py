"""Instructions as they are written: words, what was seen, the rows behind it, who is asked.

What happens to them afterwards is in `progress.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from audit.events import Happened, write_event
from audit.journal import Entry, append_in
from audit.steps import IncompleteError, RoleError, check_word
from audit.tables import ASSIGNMENTS, COHORT, INSTRUCTIONS
from audit.users import roles
from audit.working_days import BY_WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from audit.records import Records
    from audit.users import Scope


@dataclass(frozen=True, slots=True)
class Task:
    """What one department, or one township of it, is asked to do."""

    department: str
    part: str
    task: str
    region: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One finding as it stood when the instruction was written."""

    finding: str
    finds: str
    unit: str
    unit_id: str
    household: str | None
    programme: str | None
    region: str | None
    episode: int
    money: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """An instruction as its leader wrote it, with what he saw and the rows behind it."""

    words: str
    anchor: Mapping[str, Any]
    tasks: Sequence[Task]
    cohort: Sequence[CohortRow] = ()
    kind: str = "handle"
    urgency: str = "normal"
    proposal: str | None = None
    due_on: date | None = None
    due_by_weekdays: bool = False
    done_when: Mapping[str, Any] | None = None


def draft(records: Records, scope: Scope, new: Draft) -> str:
    """Write a draft with its assignments and freeze its cohort; the instruction's id."""
    if not scope.may("instructions:give"):
        givers = [name for name, role in roles().items() if "instructions:give" in role.may]
        raise RoleError("Your role does not write instructions.", givers)
    check_draft(new, records.clock().astimezone().date())
    made = secrets.token_hex(8)
    with records.write() as connection:
        connection.execute(insert(INSTRUCTIONS).values(instruction_row(made, new, scope, records)))
        for position, task in enumerate(new.tasks):
            row = assignment_row(made, position, task, new.due_on)
            connection.execute(insert(ASSIGNMENTS).values(row))
        if new.cohort:
            rows = [{"instruction": made, **asdict(row)} for row in new.cohort]
            connection.execute(insert(COHORT), rows)
        write_event(connection, records, scope, Happened(made, "draft", "", "draft"))
        seen = {"anchor": dict(new.anchor), "cohort": len(new.cohort)}
        entry = Entry(scope.user.login, "draft", "instruction", made, detail=seen)
        append_in(connection, records.now(), entry)
    return made


def check_draft(new: Draft, today: date) -> None:
    """Raise where the draft lacks something, naming what."""
    check_word("kind", new.kind)
    check_word("urgency", new.urgency)
    if not new.words.strip():
        raise IncompleteError("An instruction has words.", ["words"])
    for task in new.tasks:
        check_word("part", task.part)
    leads = sum(task.part == "lead" for task in new.tasks)
    if leads != 1 and not (new.kind == "seen" and not new.tasks):
        raise IncompleteError(f"Exactly one assignment has the part `lead`; there are {leads}.")
    addressed = [(task.department, task.region) for task in new.tasks]
    if len(set(addressed)) != len(addressed):
        raise IncompleteError("A department, or township of it, is named twice.")
    dates = [new.due_on, *(task.due_on for task in new.tasks)]
    if any(due is not None and due < today for due in dates):
        raise IncompleteError(f"A due date lies before today, {today}.")
    if new.kind != "seen" and new.due_on is None:
        raise IncompleteError("Only an instruction of kind `seen` has no due date.", ["due_on"])


def instruction_row(made: str, new: Draft, scope: Scope, records: Records) -> dict[str, Any]:
    """The row of a fresh draft."""
    due = new.due_on.isoformat() if new.due_on else None
    return {
        "id": made,
        "kind": new.kind,
        "urgency": new.urgency,
        "words": new.words,
        "proposal": new.proposal,
        "issuer": scope.user.login,
        "issuer_name": scope.user.name,
        "issuer_role": scope.user.role,
        "region": scope.user.region,
        "made_at": records.now(),
        "due_on": due,
        "original_due_on": due,
        "due_by": BY_WEEKDAYS if new.due_by_weekdays else None,
        "done_when": dict(new.done_when) if new.done_when else None,
        "anchor": dict(new.anchor),
        "state": "draft",
        "version": 1,
    }


def assignment_row(
    instruction: str, position: int, task: Task, due_on: date | None
) -> dict[str, Any]:
    """The row of an assignment that nobody has received."""
    day = task.due_on or due_on
    due = day.isoformat() if day else None
    return {
        "id": secrets.token_hex(8),
        "instruction": instruction,
        "position": position,
        "department": task.department,
        "region": task.region,
        "part": task.part,
        "task": task.task,
        "state": "to_receive",
        "due_on": due,
        "original_due_on": due,
        "redos": 0,
        "version": 1,
    }
