"""Events: every change of state of an instruction or an assignment, never edited."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert

from audit.tables import EVENTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.records import Records
    from audit.users import Scope


@dataclass(frozen=True, slots=True)
class Happened:
    """One change of state, as it goes into the events."""

    instruction: str
    action: str
    from_state: str
    to_state: str
    assignment: str | None = None
    note: str | None = None


def write_event(connection: Connection, records: Records, scope: Scope, what: Happened) -> None:
    """Add one event under the user's name."""
    by = {"at": records.now(), "by": scope.user.login, "by_name": scope.user.name}
    connection.execute(insert(EVENTS).values(**by, **asdict(what)))
