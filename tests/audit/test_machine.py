"""Whatever people try, in whatever order, an instruction only ever takes steps of the table."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from audit import ledger
from audit.instructions import draft
from audit.journal import verify
from audit.progress import Given, step_assignment, step_instruction
from audit.records import RecordsError, open_records
from audit.steps import IncompleteError, RoleError, StateError, machine
from audit.tables import EVENTS
from tests.audit.steps_taken import CIVIL, DEPUTY, EAST, INSPECTOR, LEADER, OTHER, TOLD, words
from tests.audit.world import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.records import Records
    from audit.users import Scope

PEOPLE = (LEADER, DEPUTY, INSPECTOR, CIVIL, OTHER, EAST)
GIVEN = Given(reason="理由", report="报告", department="civil_affairs", then_now=TOLD)
WHOLE, PART = machine("instruction"), machine("assignment")
ENDS = {"closed", "withdrawn"}


class Instruction(RuleBasedStateMachine):
    """One instruction with a lead and an assistant, and six people who try anything."""

    records: Records
    made: str

    @initialize()
    def write(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "records.sqlite"
        self.records = open_records(f"sqlite:///{path}", clock=Clock())
        self.made = draft(self.records, LEADER, words(due_on=date(2026, 12, 1)))

    def read(self) -> ledger.Whole:
        with self.records.read() as connection:
            return ledger.whole(connection, self.made)

    @rule(who=st.sampled_from(PEOPLE), action=st.sampled_from([*WHOLE.steps, "fly"]))
    def step(self, who: Scope, action: str) -> None:
        before = self.read()
        open_ = {one.action for one in ledger.next_steps(who, before)}
        refused = self.refusal(step_instruction, who, self.made, action)
        assert (refused is None) == (action in open_), refused
        assert refused is None or self.read() == before

    @rule(
        who=st.sampled_from(PEOPLE),
        part=st.sampled_from([0, 1]),
        action=st.sampled_from([*PART.steps, "fly"]),
    )
    def step_part(self, who: Scope, part: int, action: str) -> None:
        before = self.read()
        row = before.parts[part]
        open_ = {one.action for one in ledger.next_steps(who, before, row)}
        refused = self.refusal(step_assignment, who, row["id"], action)
        assert (refused is None) == (action in open_), refused
        assert refused is None or self.read() == before

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Something that may be done, so that the end is reached too."""
        now = self.read()
        ways = [
            (take, who, made, one.action)
            for take, made, part in (
                (step_instruction, self.made, None),
                *((step_assignment, part["id"], part) for part in now.parts),
            )
            for who in PEOPLE
            for one in ledger.next_steps(who, now, part)
            if one.action != "withdraw"
        ]
        if ways:
            assert self.refusal(*data.draw(st.sampled_from(ways))) is None

    def refusal(
        self, take: Callable[..., object], who: Scope, made: str, action: str
    ) -> RecordsError | None:
        try:
            take(self.records, who, made, action, GIVEN)
        except (StateError, RoleError, IncompleteError) as error:
            return error
        return None

    @invariant()
    def every_event_is_a_step_of_the_table(self) -> None:
        at: dict[str | None, str] = {}
        for one in self.read().events:
            table = PART if one["assignment"] else WHOLE
            start = "to_receive" if one["assignment"] else ""
            assert one["from_state"] == at.get(one["assignment"], start)
            at[one["assignment"]] = one["to_state"]
            if one["action"] != "draft":
                step = {**table.by_itself, **table.steps}[one["action"]]
                assert one["from_state"] in step.sources
                assert one["to_state"] == step.to

    @invariant()
    def the_whole_agrees_with_its_parts(self) -> None:
        whole = self.read()
        states = [part["state"] for part in whole.parts]
        if whole.row["state"] == "to_close":
            assert states[0] == "accepted"
        if whole.row["state"] == "closed":
            assert states[0] == "done"
        numbered = whole.row["serial"] is not None
        assert numbered or whole.row["state"] in {"draft", "to_register", "withdrawn"}

    @invariant()
    def nobody_can_do_anything_after_the_end(self) -> None:
        whole = self.read()
        if whole.row["state"] in ENDS:
            for who in PEOPLE:
                assert ledger.next_steps(who, whole) == []
                assert not any(ledger.next_steps(who, whole, part) for part in whole.parts)

    def teardown(self) -> None:
        if hasattr(self, "records"):
            folder = Path(self.folder.name)
            seen = verify(self.records, key_file=folder / "key", anchor_file=folder / "anchors")
            assert seen.ok
            with self.records.read() as connection:
                written = connection.execute(select(EVENTS)).all()
            assert len(written) >= 1
            self.records.close()
            self.folder.cleanup()


TestInstruction = Instruction.TestCase
TestInstruction.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
