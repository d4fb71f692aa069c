"""The running ledger (台账): an instruction read whole, and what its reader may do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from audit.progress import UnknownError, headed, is_party
from audit.steps import following, machine
from audit.tables import ASSIGNMENTS, COHORT, EVENTS, FINDINGS, INSTRUCTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from audit.records import Records
    from audit.steps import Step
    from audit.users import Scope


@dataclass(frozen=True, slots=True)
class Whole:
    """An instruction with its assignments and events."""

    row: RowMapping
    parts: Sequence[RowMapping]
    events: Sequence[RowMapping]
    cohort: int
    headed: Collection[str]  # departments whose head signs


def whole(connection: Connection, instruction: str) -> Whole:
    """One instruction, read whole."""
    row = (
        connection.execute(select(INSTRUCTIONS).where(INSTRUCTIONS.c.id == instruction))
        .mappings()
        .first()
    )
    if row is None:
        raise UnknownError(f"No instruction `{instruction}`.")
    parts = (
        connection.execute(
            select(ASSIGNMENTS)
            .where(ASSIGNMENTS.c.instruction == instruction)
            .order_by(ASSIGNMENTS.c.position)
        )
        .mappings()
        .all()
    )
    events = (
        connection.execute(
            select(EVENTS).where(EVENTS.c.instruction == instruction).order_by(EVENTS.c.id)
        )
        .mappings()
        .all()
    )
    cohort = connection.execute(
        select(func.count()).select_from(COHORT).where(COHORT.c.instruction == instruction)
    ).scalar_one()
    heads = {part["department"] for part in parts if headed(connection, part["department"])}
    return Whole(row, parts, events, cohort, heads)


def instruction_of(records: Records, assignment: str) -> str | None:
    """The instruction that an assignment belongs to."""
    with records.read() as connection:
        return connection.execute(
            select(ASSIGNMENTS.c.instruction).where(ASSIGNMENTS.c.id == assignment)
        ).scalar_one_or_none()


def next_steps(scope: Scope, of: Whole, part: RowMapping | None = None) -> list[Step]:
    """The steps that this user may take now, with the instruction or with one assignment."""
    name, state = ("assignment", part["state"]) if part else ("instruction", of.row["state"])
    steps = [
        step
        for step in following(machine(name), state)
        if scope.user.role in step.who and is_party(step, scope, of.row, part)
    ]
    return steps if part is None else [step for step in steps if open_to(step, scope, of, part)]


def open_to(step: Step, scope: Scope, of: Whole, part: RowMapping) -> bool:
    """Whether the instruction, and the head of the department, leave this step to the user."""
    if of.row["state"] != "in_progress":
        return of.row["state"] == "to_close" and step.action == "redo"
    signs = "sign" in {step.action, *(one.action for one in step.via)}
    return not signs or scope.user.role == "department_head" or part["department"] not in of.headed


def cohort(connection: Connection, instruction: str, seen: ColumnElement[bool]) -> list[RowMapping]:
    """The frozen rows that a reader may see, each with the finding as it is now."""
    found = connection.execute(
        select(
            COHORT,
            FINDINGS.c.question,
            FINDINGS.c.cleared_at,
            FINDINGS.c.conclusion,
            FINDINGS.c.work_state,
        )
        .join(FINDINGS, FINDINGS.c.id == COHORT.c.finding)
        .where(COHORT.c.instruction == instruction, seen)
        .order_by(COHORT.c.money.desc().nulls_last(), COHORT.c.finding)
    )
    return list(found.mappings())
