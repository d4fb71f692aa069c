"""What people concluded about findings: the steps of a finding's life, each with who and when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, insert, select, update

from audit.journal import Entry, append_in
from audit.records import RecordsError
from audit.steps import (
    IncompleteError,
    RoleError,
    check_word,
    find_step,
    machine,
    words,
)
from audit.tables import COHORT, FINDINGS, OUTCOMES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from audit.records import Records
    from audit.steps import Step
    from audit.users import Scope

TAKEN_UP: Final = ("to_dispatch", "to_receive", "returned")


class UnknownFindingError(RecordsError):
    """No such finding."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What came with a step of a finding."""

    conclusion: str | None = None
    disposal: str | None = None
    application_number: str | None = None
    until: str | None = None
    note: str | None = None


def conclude(records: Records, scope: Scope, finding: str, action: str, given: Conclusion) -> None:
    """Take one step in a finding's life."""
    if given.conclusion is not None:
        check_word("conclusion", given.conclusion)
    if given.disposal is not None:
        check_word("disposal", given.disposal)
    with records.write() as connection:
        row = connection.execute(
            select(FINDINGS).where(FINDINGS.c.id == finding).with_for_update()
        ).first()
        if row is None:
            raise UnknownFindingError(f"No finding `{finding}`.")
        step = find_step(machine("finding"), row.work_state, action)
        refuse_conclusion(connection, scope, step, row, given)
        record(connection, records, scope, (row, step, given))


def refuse_conclusion(
    connection: Connection, scope: Scope, step: Step, row: Row[Any], given: Conclusion
) -> None:
    """Raise where this user may not take the step, or did not say what it needs."""
    if scope.user.role not in step.who or not scope.may("findings:conclude"):
        raise RoleError(f"`{step.action}` is taken by: {', '.join(sorted(step.who))}.", step.who)
    for name in step.needs:
        if not getattr(given, name):
            raise IncompleteError(f"`{step.action}` needs `{name}`.", words().get(name, [name]))
    if given.disposal == "applied" and not given.application_number:
        raise IncompleteError("`applied` needs the number of the application.")
    if step.party == "other" and scope.user.login == investigator(connection, row):
        raise RoleError("Whoever checked a finding does not review it.", step.who)


def investigator(connection: Connection, row: Row[Any]) -> str | None:
    """Who concluded the present episode."""
    return connection.execute(
        select(OUTCOMES.c.by)
        .where(OUTCOMES.c.finding == row.id, OUTCOMES.c.episode == row.episode)
        .where(OUTCOMES.c.action == "conclude")
        .order_by(OUTCOMES.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def record(
    connection: Connection,
    records: Records,
    scope: Scope,
    what: tuple[Row[Any], Step, Conclusion],
) -> None:
    """Write the outcome and the finding's next state."""
    row, step, given = what
    connection.execute(
        insert(OUTCOMES).values(
            finding=row.id,
            episode=row.episode,
            at=records.now(),
            by=scope.user.login,
            action=step.action,
            from_state=row.work_state,
            to_state=step.to,
            **asdict(given),
        )
    )
    said = {"conclusion": given.conclusion, "disposal": given.disposal}
    change = {name: value for name, value in said.items() if value is not None}
    connection.execute(
        update(FINDINGS).where(FINDINGS.c.id == row.id).values(work_state=step.to, **change)
    )
    entry = Entry(
        scope.user.login, step.action, "finding", row.id, purpose=given.note, detail=change
    )
    append_in(connection, records.now(), entry)


def take_up(connection: Connection, records: Records, who: str, instruction: str) -> None:
    """Put the cohort of an instruction that was received under check."""
    rows = connection.execute(
        select(FINDINGS.c.id, FINDINGS.c.episode, FINDINGS.c.work_state)
        .join(COHORT, COHORT.c.finding == FINDINGS.c.id)
        .where(COHORT.c.instruction == instruction, FINDINGS.c.work_state.in_(TAKEN_UP))
    ).all()
    if not rows:
        return
    said = {"at": records.now(), "by": who, "action": "receive", "to_state": "checking"}
    connection.execute(
        insert(OUTCOMES),
        [
            {**said, "finding": row.id, "episode": row.episode, "from_state": row.work_state}
            for row in rows
        ],
    )
    connection.execute(
        update(FINDINGS).where(FINDINGS.c.id == bindparam("made")).values(work_state="checking"),
        [{"made": row.id} for row in rows],
    )
