"""How an instruction goes on: steps are taken, refused, or follow by themselves; each is an event.

Which step may follow which state is data (`steps.yaml`); what a step does besides is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, func, select, update

from audit.events import Happened, write_event
from audit.journal import Entry, append_in
from audit.outcomes import take_up
from audit.records import RecordsError, lock
from audit.steps import (
    IncompleteError,
    RoleError,
    StaleError,
    StateError,
    Step,
    find_step,
    following,
    machine,
    stages,
)
from audit.tables import ASSIGNMENTS, COHORT, INSTRUCTIONS, USERS
from audit.working_days import between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, RowMapping

    from audit.records import Records
    from audit.users import Scope

OPEN: Final = ("draft", "to_register", "to_dispatch", "in_progress", "to_close")
RETURN_WITHIN: Final = 1  # working days after dispatch


class UnknownError(RecordsError):
    """No such instruction or assignment."""


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a step."""

    reason: str | None = None
    report: str | None = None
    department: str | None = None
    version: int | None = None  # the one that was read; None: do not ask
    then_now: Mapping[str, Any] | None = None
    became: Mapping[str, str] | None = None  # finding → what became of it


def step_instruction(
    records: Records, scope: Scope, instruction: str, action: str, given: Given
) -> None:
    """Take one step, or one path of steps, with an instruction."""
    with records.write() as connection:
        row = locked(connection, INSTRUCTIONS, instruction)
        refuse_stale(row, given)
        step = find_step(machine("instruction"), row["state"], action)
        refuse_stranger(step, scope, party=is_party(step, scope, row, None))
        refuse_missing(step, given)
        for part, state in stages(step, row["state"]):
            EFFECTS.get(part.action, nothing_more)(connection, records, row, given)
            move(connection, records, scope, row["id"], (part, state, given.reason))
        settle(connection, records, scope, row["id"])
        entry = Entry(scope.user.login, action, "instruction", row["id"], purpose=given.reason)
        append_in(connection, records.now(), entry)


def step_assignment(
    records: Records, scope: Scope, assignment: str, action: str, given: Given
) -> str:
    """Take one step, or one path of steps, with an assignment; the instruction it belongs to."""
    with records.write() as connection:
        of = connection.execute(
            select(ASSIGNMENTS.c.instruction).where(ASSIGNMENTS.c.id == assignment)
        ).scalar_one_or_none()
        whole = locked(connection, INSTRUCTIONS, of or "")  # always before its assignments
        row = locked(connection, ASSIGNMENTS, assignment)
        refuse_stale(row, given)
        step = find_step(machine("assignment"), row["state"], action)
        refuse_closed(whole, step)
        refuse_stranger(step, scope, party=is_party(step, scope, whole, row))
        refuse_missing(step, given)
        refuse_unsigned(connection, step, scope, row)
        refuse_late(records, step, row)
        for stage in stages(step, row["state"]):
            move_assignment(connection, records, scope, (row, *stage, given))
        settle(connection, records, scope, whole["id"])
        entry = Entry(scope.user.login, action, "assignment", row["id"], purpose=given.reason)
        append_in(connection, records.now(), entry)
    return str(whole["id"])


def move_assignment(
    connection: Connection,
    records: Records,
    scope: Scope,
    how: tuple[RowMapping, Step, str, Given],
) -> None:
    """Put an assignment into its next state, with the event."""
    row, step, state, given = how
    if step.action == "receive" and row["part"] == "lead":
        take_up(connection, records, scope.user.login, row["instruction"])
    connection.execute(
        update(ASSIGNMENTS)
        .where(ASSIGNMENTS.c.id == row["id"])
        .values(
            state=step.to,
            version=ASSIGNMENTS.c.version + 1,
            **assignment_effects(records, step, row, given),
        )
    )
    connection.execute(
        update(INSTRUCTIONS)
        .where(INSTRUCTIONS.c.id == row["instruction"])
        .values(version=INSTRUCTIONS.c.version + 1)
    )
    note = given.reason or (given.report if step.action == "submit" else None)
    what = Happened(row["instruction"], step.action, state, step.to, row["id"], note)
    write_event(connection, records, scope, what)


def move(
    connection: Connection,
    records: Records,
    scope: Scope,
    instruction: str,
    how: tuple[Step, str, str | None],
) -> None:
    """Put an instruction into its next state, with the event."""
    step, state, note = how
    connection.execute(
        update(INSTRUCTIONS)
        .where(INSTRUCTIONS.c.id == instruction)
        .values(state=step.to, version=INSTRUCTIONS.c.version + 1)
    )
    what = Happened(instruction, step.action, state, step.to, note=note)
    write_event(connection, records, scope, what)


def settle(connection: Connection, records: Records, scope: Scope, instruction: str) -> None:
    """Take the steps that follow by themselves from what the assignments say now."""
    state = connection.execute(
        select(INSTRUCTIONS.c.state).where(INSTRUCTIONS.c.id == instruction)
    ).scalar_one()
    found = connection.execute(select(ASSIGNMENTS).where(ASSIGNMENTS.c.instruction == instruction))
    parts = found.mappings().all()
    ready = all(
        part["state"] == "accepted" or (part["state"] == "returned" and part["part"] == "assist")
        for part in parts
    )
    itself = machine("instruction").by_itself
    if state == "in_progress" and ready:
        move(connection, records, scope, instruction, (itself["all_accepted"], state, None))
    elif state == "to_close" and not ready:
        move(connection, records, scope, instruction, (itself["sent_back"], state, None))
    elif state == "closed":
        finish = machine("assignment").by_itself["finish"]
        for part in parts:
            if part["state"] in finish.sources:
                connection.execute(
                    update(ASSIGNMENTS)
                    .where(ASSIGNMENTS.c.id == part["id"])
                    .values(state=finish.to, version=ASSIGNMENTS.c.version + 1)
                )
                what = Happened(instruction, finish.action, part["state"], finish.to, part["id"])
                write_event(connection, records, scope, what)


def locked(connection: Connection, table: Table, made: str) -> RowMapping:
    """The row of this id, held until the transaction ends."""
    found = connection.execute(select(table).where(table.c.id == made).with_for_update())
    row = found.mappings().first()
    if row is None:
        raise UnknownError(f"No {table.name.removesuffix('s')} `{made}`.")
    return row


def is_party(step: Step, scope: Scope, whole: RowMapping, part: RowMapping | None) -> bool:
    """Whether the user is whom the step belongs to, his role apart."""
    if step.party == "issuer":
        return scope.user.role == "inspector" or whole["issuer"] == scope.user.login
    if step.party == "department" and part is not None:
        region = part["region"] or whole["region"]
        near = scope.covers(region) or (region is None and bool(scope.user.departments))
        return near and scope.holds(part["department"])
    return True


def refuse_stranger(step: Step, scope: Scope, *, party: bool) -> None:
    """Raise where the role, or the person, is not the one who takes this step."""
    if scope.user.role not in step.who:
        who = ", ".join(sorted(step.who))
        raise RoleError(f"`{step.action}` is taken by: {who}.", step.who)
    if not party:
        whom = "its issuer" if step.party == "issuer" else "the department and place it names"
        raise RoleError(f"`{step.action}` is for {whom}.", step.who)


def refuse_stale(row: RowMapping, given: Given) -> None:
    """Raise where the caller read an older version."""
    if given.version is not None and given.version != row["version"]:
        raise StaleError(
            f"You read version {given.version}; now it is {row['version']}. Read again."
        )


def refuse_missing(step: Step, given: Given) -> None:
    """Raise where the step needs something that was not given."""
    for name in step.needs:
        if not (getattr(given, name) or "").strip():
            raise IncompleteError(f"`{step.action}` needs `{name}`.", step.needs)


def refuse_closed(whole: RowMapping, step: Step) -> None:
    """Raise where the instruction itself is not being worked on."""
    if whole["state"] == "in_progress" or (whole["state"] == "to_close" and step.action == "redo"):
        return
    says = f"The instruction is `{whole['state']}`; its assignments wait."
    raise StateError(says, following(machine("instruction"), whole["state"]))


def refuse_unsigned(connection: Connection, step: Step, scope: Scope, row: RowMapping) -> None:
    """Raise where somebody signs for a department that has a head of its own."""
    signs = "sign" in {step.action, *(part.action for part in step.via)}
    if signs and scope.user.role != "department_head" and headed(connection, row["department"]):
        raise RoleError("The head of the department signs. Use `submit`.", ["department_head"])


def headed(connection: Connection, department: str) -> bool:
    """Whether this department has a head among the users."""
    heads = connection.execute(
        select(USERS.c.departments).where(
            USERS.c.role == "department_head", USERS.c.disabled_at.is_(None)
        )
    ).scalars()
    return any(department in departments for departments in heads)


def refuse_late(records: Records, step: Step, row: RowMapping) -> None:
    """Raise where an assignment is given back after its day has passed."""
    if step.action != "return" or row["dispatched_at"] is None:
        return
    begun = datetime.fromisoformat(row["dispatched_at"]).astimezone().date()
    if between(begun, records.clock().astimezone().date()) > RETURN_WITHIN:
        others = [one for one in following(machine("assignment"), row["state"]) if one is not step]
        raise StateError("It can be returned within one working day of dispatch only.", others)


def assignment_effects(
    records: Records, step: Step, row: RowMapping, given: Given
) -> dict[str, Any]:
    """What a step writes into an assignment besides its state."""
    now = records.now()
    written: dict[str, dict[str, Any]] = {
        "receive": {"received_at": now},
        "submit": {"report": given.report or row["report"]},
        "sign": {"reported_at": now},
        "accept": {"accepted_at": now},
        "redo": {"redos": row["redos"] + 1, "accepted_at": None},
        "send_again": {
            "department": given.department,
            "dispatched_at": now,
            "received_at": None,
        },
    }
    return written.get(step.action, {})


def nothing_more(
    _connection: Connection, _records: Records, _row: RowMapping, _given: Given
) -> None:
    """Most steps change only the state."""


def register(connection: Connection, records: Records, row: RowMapping, _given: Given) -> None:
    """Give the instruction the next number of the year."""
    lock(connection, "instruction numbers")
    year = records.clock().astimezone().year
    last = connection.execute(
        select(func.max(INSTRUCTIONS.c.serial)).where(INSTRUCTIONS.c.year == year)
    ).scalar_one()
    connection.execute(
        update(INSTRUCTIONS)
        .where(INSTRUCTIONS.c.id == row["id"])
        .values(year=year, serial=(last or 0) + 1)
    )


def dispatch(connection: Connection, records: Records, row: RowMapping, _given: Given) -> None:
    """Start the clocks of the instruction and its assignments."""
    now = records.now()
    connection.execute(
        update(INSTRUCTIONS).where(INSTRUCTIONS.c.id == row["id"]).values(given_at=now)
    )
    connection.execute(
        update(ASSIGNMENTS).where(ASSIGNMENTS.c.instruction == row["id"]).values(dispatched_at=now)
    )


def close(connection: Connection, _records: Records, row: RowMapping, given: Given) -> None:
    """Freeze then and now, and what became of every row of the cohort."""
    told = given.then_now
    if told is None:
        raise IncompleteError("Closing needs the measuring of then and now.", ["then_now"])
    if not told["measurable"] and not given.reason:
        raise IncompleteError(
            f"{told['says']} To close it all the same, give a reason.", ["reason"]
        )
    connection.execute(
        update(INSTRUCTIONS).where(INSTRUCTIONS.c.id == row["id"]).values(then_now=dict(told))
    )
    for finding, became in (given.became or {}).items():
        connection.execute(
            update(COHORT)
            .where(COHORT.c.instruction == row["id"], COHORT.c.finding == finding)
            .values(became=became)
        )


EFFECTS: Final[dict[str, Callable[[Connection, Records, RowMapping, Given], None]]] = {
    "register": register,
    "dispatch": dispatch,
    "close": close,
}
