"""An instruction from its first word to its end; every other way is refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from audit import ledger
from audit.instructions import draft
from audit.progress import Given, UnknownError, step_instruction
from audit.steps import IncompleteError, RoleError, StaleError, StateError, machine
from audit.tables import INSTRUCTIONS
from audit.users import NewUser, add
from tests.audit.steps_taken import (
    ASSIST,
    CIVIL,
    DEPUTY,
    EAST,
    INSPECTOR,
    LEAD,
    LEADER,
    OTHER,
    TOLD,
    events,
    given,
    parts,
    state,
    take,
    words,
)
from tests.audit.world import scope

if TYPE_CHECKING:
    from audit.records import Records
    from tests.audit.world import Clock


def test_an_instruction_goes_its_whole_way(records: Records) -> None:
    made = given(records)
    two = parts(records, made)
    take(records, CIVIL, two["lead"]["id"], "receive")
    take(records, CIVIL, two["lead"]["id"], "report", report="已逐户核查")
    take(records, OTHER, two["assist"]["id"], "receive", "start")
    take(records, OTHER, two["assist"]["id"], "submit", report="已核对")
    take(records, OTHER, two["assist"]["id"], "sign")
    take(records, INSPECTOR, two["lead"]["id"], "accept")
    assert state(records, made) == "in_progress"
    take(records, LEADER, two["assist"]["id"], "accept")
    assert state(records, made) == "to_close"
    step_instruction(records, LEADER, made, "close", Given(then_now=TOLD))
    assert state(records, made) == "closed"
    assert [part["state"] for part in parts(records, made).values()] == ["done", "done"]
    assert events(records, made) == [
        ("leader", "draft", "", "draft"),
        ("leader", "submit", "draft", "to_register"),
        ("leader", "register", "to_register", "to_dispatch"),
        ("leader", "dispatch", "to_dispatch", "in_progress"),
        ("civil", "receive", "to_receive", "received"),
        ("civil", "start", "received", "in_progress"),
        ("civil", "submit", "in_progress", "to_sign"),
        ("civil", "sign", "to_sign", "reported"),
        ("federation", "receive", "to_receive", "received"),
        ("federation", "start", "received", "in_progress"),
        ("federation", "submit", "in_progress", "to_sign"),
        ("federation", "sign", "to_sign", "reported"),
        ("inspector", "accept", "reported", "accepted"),
        ("leader", "accept", "reported", "accepted"),
        ("leader", "all_accepted", "in_progress", "to_close"),
        ("leader", "close", "to_close", "closed"),
        ("leader", "finish", "accepted", "done"),
        ("leader", "finish", "accepted", "done"),
    ]


def test_numbers_count_from_one_in_each_year(records: Records, clock: Clock) -> None:
    made = [given(records) for _ in range(2)]
    clock.ahead(days=90)
    made.append(given(records, due_on=date(2027, 3, 1)))
    with records.read() as connection:
        rows = [ledger.whole(connection, one).row for one in made]
    assert [(row["year"], row["serial"]) for row in rows] == [(2026, 1), (2026, 2), (2027, 1)]


def test_two_who_register_at_once_get_two_numbers(records: Records) -> None:
    drafts = [draft(records, LEADER, words()) for _ in range(8)]
    threads = [
        threading.Thread(target=step_instruction, args=(records, LEADER, one, "give", Given()))
        for one in drafts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with records.read() as connection:
        numbers = connection.execute(select(INSTRUCTIONS.c.serial)).scalars().all()
    assert sorted(numbers) == list(range(1, 9))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"words": "  "}, "has words"),
        ({"tasks": []}, "there are 0"),
        ({"tasks": [LEAD, replace(ASSIST, part="lead")]}, "there are 2"),
        ({"tasks": [ASSIST]}, "there are 0"),
        ({"tasks": [LEAD, replace(LEAD, part="assist")]}, "named twice"),
        ({"tasks": [replace(LEAD, part="boss")]}, "One of: lead, assist"),
        ({"kind": "shout"}, "One of: seen, read, handle, pass_on"),
        ({"urgency": "now"}, "One of: extra, urgent, normal"),
        ({"due_on": None}, "no due date"),
        ({"due_on": date(2026, 11, 1)}, "before today"),
    ],
)
def test_a_draft_that_lacks_something_is_refused(
    light: Records, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(IncompleteError, match=says):
        draft(light, LEADER, words(**change))
    with light.read() as connection:
        assert connection.execute(select(INSTRUCTIONS)).all() == []


def test_one_that_was_only_seen_asks_nobody_and_waits_to_be_closed(light: Records) -> None:
    made = given(light, kind="seen", tasks=[], due_on=None)
    assert state(light, made) == "to_close"


def test_a_handler_writes_no_instruction(light: Records) -> None:
    with pytest.raises(RoleError) as caught:
        draft(light, CIVIL, words())
    assert caught.value.roles == ("aid_section", "deputy_leader", "inspector", "leader")


def test_a_deputy_hands_in_what_the_inspector_registers_and_sends(light: Records) -> None:
    made = draft(light, DEPUTY, words())
    with pytest.raises(RoleError, match="inspector, leader"):
        step_instruction(light, DEPUTY, made, "give", Given())
    step_instruction(light, DEPUTY, made, "submit", Given())
    step_instruction(light, INSPECTOR, made, "register", Given())
    step_instruction(light, INSPECTOR, made, "dispatch", Given())
    assert state(light, made) == "in_progress"


def test_what_cannot_follow_is_refused_and_names_what_can(light: Records) -> None:
    made = draft(light, LEADER, words())
    with pytest.raises(StateError) as caught:
        step_instruction(light, LEADER, made, "close", Given())
    assert {step.action for step in caught.value.allowed} == {"submit", "withdraw", "give"}
    assert "submit → to_register" in str(caught.value)
    with pytest.raises(IncompleteError, match="Steps: submit, register, dispatch"):
        step_instruction(light, LEADER, made, "fly", Given())
    with pytest.raises(UnknownError):
        step_instruction(light, LEADER, "nothing", "close", Given())


def test_a_department_takes_only_what_is_its_own(light: Records) -> None:
    two = parts(light, given(light))
    with pytest.raises(RoleError, match="department and place"):
        take(light, OTHER, two["lead"]["id"], "receive")
    with pytest.raises(RoleError, match="department and place"):
        take(light, EAST, two["lead"]["id"], "receive")
    with pytest.raises(RoleError):
        take(light, LEADER, two["lead"]["id"], "receive")


def test_a_township_takes_what_names_it(light: Records) -> None:
    two = parts(light, given(light, tasks=[replace(LEAD, region="330382101")]))
    take(light, EAST, two["lead"]["id"], "receive")
    assert parts(light, two["lead"]["instruction"])["lead"]["state"] == "received"


def test_where_a_department_has_a_head_he_signs(light: Records) -> None:
    add(light, NewUser("head", "局长", "department_head", "330382", ("civil_affairs",)))
    head = scope("department_head", "head", "civil_affairs")
    two = parts(light, given(light))
    take(light, CIVIL, two["lead"]["id"], "receive", "start")
    with pytest.raises(RoleError, match="The head of the department signs"):
        take(light, CIVIL, two["lead"]["id"], "report", report="好了")
    take(light, CIVIL, two["lead"]["id"], "submit", report="好了")
    take(light, head, two["lead"]["id"], "send_back", reason="太短")
    take(light, CIVIL, two["lead"]["id"], "submit", report="好了,共十户")
    take(light, head, two["lead"]["id"], "sign")
    assert parts(light, two["lead"]["instruction"])["lead"]["report"] == "好了,共十户"


def test_redo_is_counted_and_the_clock_runs_on(light: Records, clock: Clock) -> None:
    made = given(light, tasks=[LEAD])
    lead = parts(light, made)["lead"]["id"]
    take(light, CIVIL, lead, "receive")
    take(light, CIVIL, lead, "report", report="一")
    clock.ahead(days=3)
    take(light, INSPECTOR, lead, "redo", reason="漏了三户")
    take(light, CIVIL, lead, "report", report="二")
    take(light, INSPECTOR, lead, "accept")
    assert state(light, made) == "to_close"
    take(light, LEADER, lead, "redo", reason="再核")
    assert state(light, made) == "in_progress"
    part = parts(light, made)["lead"]
    assert (part["redos"], part["due_on"], part["accepted_at"]) == (2, "2026-11-16", None)


def test_returning_is_for_one_working_day(light: Records, clock: Clock) -> None:
    first, second = (parts(light, given(light))["assist"]["id"] for _ in range(2))
    with pytest.raises(IncompleteError, match="needs `reason`"):
        take(light, OTHER, first, "return")
    clock.ahead(days=1)
    take(light, OTHER, first, "return", reason="不属本单位职责")
    clock.ahead(days=1)
    with pytest.raises(StateError) as caught:
        take(light, OTHER, second, "return", reason="不属本单位职责")
    assert [step.action for step in caught.value.allowed] == ["receive"]


def test_a_returned_assistant_holds_nothing_up_and_a_returned_lead_is_sent_again(
    light: Records,
) -> None:
    made = given(light)
    two = parts(light, made)
    take(light, OTHER, two["assist"]["id"], "return", reason="不属本单位职责")
    take(light, CIVIL, two["lead"]["id"], "return", reason="应由社保牵头")
    take(light, INSPECTOR, two["lead"]["id"], "send_again", department="disability_federation")
    take(light, OTHER, two["lead"]["id"], "receive")
    take(light, OTHER, two["lead"]["id"], "report", report="好了")
    take(light, INSPECTOR, two["lead"]["id"], "accept")
    assert state(light, made) == "to_close"


def test_nothing_moves_in_what_was_withdrawn(light: Records) -> None:
    made = given(light)
    with pytest.raises(IncompleteError, match="reason"):
        step_instruction(light, LEADER, made, "withdraw", Given(reason=" "))
    with pytest.raises(RoleError, match="its issuer"):
        step_instruction(light, DEPUTY, made, "withdraw", Given(reason="误发"))
    step_instruction(light, LEADER, made, "withdraw", Given(reason="误发"))
    with pytest.raises(StateError, match="It ends here"):
        take(light, CIVIL, parts(light, made)["lead"]["id"], "receive")


def test_who_read_an_older_version_is_told(light: Records) -> None:
    made = draft(light, LEADER, words())
    step_instruction(light, LEADER, made, "submit", Given(version=1))
    with pytest.raises(StaleError, match="You read version 1; now it is 2"):
        step_instruction(light, INSPECTOR, made, "register", Given(version=1))


def test_what_cannot_be_measured_again_is_closed_with_a_reason(light: Records) -> None:
    made = given(light, kind="seen", tasks=[], due_on=None)
    told = {"measurable": False, "says": "暂不能复测"}
    with pytest.raises(IncompleteError, match="give a reason"):
        step_instruction(light, LEADER, made, "close", Given(then_now=told))
    step_instruction(light, LEADER, made, "close", Given(then_now=told, reason="年底归档"))
    assert state(light, made) == "closed"


def test_only_the_leader_or_the_inspector_closes(light: Records) -> None:
    made = given(light, kind="seen", tasks=[], due_on=None)
    for who in (DEPUTY, CIVIL, EAST, scope("auditor")):
        with pytest.raises(RoleError):
            step_instruction(light, who, made, "close", Given(then_now=TOLD))


def test_the_states_are_those_of_the_offices() -> None:
    assert machine("instruction").states() == sorted(
        ["draft", "to_register", "to_dispatch", "in_progress", "to_close", "closed", "withdrawn"]
    )
    assert machine("assignment").states() == sorted(
        [
            *("to_receive", "received", "returned", "in_progress", "to_sign"),
            *("reported", "accepted", "redo", "done"),
        ]
    )
    assert machine("finding").states() == sorted(
        ["to_dispatch", "to_receive", "checking", "to_review", "closed", "returned", "suspended"]
    )
