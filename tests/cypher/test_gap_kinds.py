"""Every kind of gap on one drawn county, on both stores: each cause is found once, by one question.

The county is drawn by hand and so are the rows expected of it; as of 2026-10-31.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from cypher.question import CORE, questions
from tests.cypher.drawn import AS_OF, Drawing, day

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore

Ask: TypeAlias = Callable[[str], list[dict[str, Any]]]
KINDS = (
    "application_overdue",
    "identity_without_linked_benefit",
    "lapsed_though_qualifying",
    "never_applied",
    "refused_though_qualifying",
)


def home(drawing: Drawing, name: str, *, qualifies: bool = True) -> None:
    """A household of one person (`name` + `p`) that qualifies for MZ01."""
    drawing.household(name, f"{name}p")
    if qualifies:
        drawing.qualifies(name, "MZ01")


def refusal(drawing: Drawing, name: str, unit: str, decided: str | None, **said: Any) -> None:  # noqa: ANN401
    facts = {"programme": "MZ01", "reason": None, **said}
    drawing.applied(
        *(name, unit, facts["programme"]),
        accepted_on=day("2020-01-10"),
        decided_on=day(decided),
        withdrawn_on=day(facts.get("withdrawn")),
        due_on=day("2020-02-10"),
        result="refused",
        refusal_reason=facts["reason"],
    )


def answered(drawing: Drawing, name: str, unit: str, result: str | None, **days: str) -> None:
    known = {"accepted_on": "2026-10-01", **days}
    said = {when: day(on) for when, on in known.items()}
    drawing.applied(name, unit, "MZ01", result=result, **said)


def refused(drawing: Drawing) -> None:
    """Refusals that stand, and those that something else outweighs."""
    for at in range(1, 13):
        home(drawing, f"r{at:02}", qualifies=at != 10)
    refusal(drawing, "a01", "r01", "2026-05-20", reason="收入超标")
    drawing.qualifies("r02p", "MZ03", None)
    refusal(drawing, "a02", "r02p", "2026-10-31", programme="MZ03")
    refusal(drawing, "a02h", "r02", "2026-01-05")
    refusal(drawing, "a03", "r03", "2024-05-20", reason="财产超标")
    refusal(drawing, "b03", "r03p", "2026-02-20", reason="收入超标")
    refusal(drawing, "a04", "r04", "2026-05-20", withdrawn="2026-05-21")
    refusal(drawing, "a05", "r05", "2026-05-20")
    drawing.enrolled("r05", "MZ01", "2026-10-01")
    refusal(drawing, "a06", "r06", "2026-05-20")
    answered(drawing, "b06", "r06", None, due_on="2026-11-30")
    refusal(drawing, "a07", "r07", "2026-05-20")
    answered(drawing, "b07", "r07", "approved", decided_on="2026-10-20")
    refusal(drawing, "a08", "r08", None)
    refusal(drawing, "a09", "r09", "2026-05-20")
    drawing.paid("d09", "r09", "MZ01", "2026-10")
    refusal(drawing, "a10", "r10", "2026-05-20")
    refusal(drawing, "a11", "r11", "2020-02-01")
    drawing.enrolled("r11", "MZ01", "2021-01-01", "2026-04-30")
    refusal(drawing, "a12", "r12", "2020-02-01")
    drawing.enrolled("r12", "MZ01", "2021-01-01", "2026-08-01")


def lapsed(drawing: Drawing) -> None:
    """Enrolments that ended lately, long ago, or in name only."""
    for at in range(1, 12):
        home(drawing, f"l{at:02}", qualifies=at != 9)
    drawing.enrolled("l01", "MZ01", "2025-01-01", "2026-10-31")
    drawing.enrolled("l02p", "MZ01", None, "2026-05-01")
    drawing.enrolled("l03", "MZ01", "2025-01-01", "2026-04-30")
    drawing.enrolled("l04", "MZ01", "2025-01-01", "2026-08-01")
    refusal(drawing, "c04", "l04", "2026-08-01")
    drawing.enrolled("l05", "MZ01", "2025-01-01", "2026-08-01")
    drawing.enrolled("l05", "MZ01", "2026-10-01")
    drawing.enrolled("l06", "MZ01", "2025-01-01", "2026-08-01")
    answered(drawing, "c06", "l06", None, due_on="2026-11-30")
    drawing.enrolled("l07", "MZ01", "2026-08-01", "2026-08-01")
    drawing.enrolled("l08", "MZ01", "2025-01-01", "2026-08-01")
    answered(drawing, "c08", "l08", None, due_on="2026-11-30", withdrawn_on="2026-10-02")
    drawing.enrolled("l09", "MZ01", "2025-01-01", "2026-08-01")
    drawing.enrolled("l10", "MZ01", "2024-01-01", "2026-07-01")
    drawing.enrolled("l10", "MZ01", "2026-07-15", "2026-09-01")
    drawing.enrolled("l11", "MZ01", "2025-01-01", "2026-08-01")
    drawing.paid("d11", "l11", "MZ01", "2026-10")


def held(drawing: Drawing) -> None:
    """Identities: what they open is their matter, refused or lapsed."""
    for at in range(1, 5):
        home(drawing, f"i{at:02}", qualifies=False)
        drawing.qualifies(f"i{at:02}p", "MZ16")
    drawing.enrolled("i01", "MZ01", "2026-01-01")
    refusal(drawing, "e01", "i01p", "2026-05-20", programme="MZ16")
    drawing.enrolled("i02", "MZ01", "2026-01-01")
    drawing.enrolled("i02p", "MZ16", "2026-01-01", "2026-08-01")
    drawing.qualifies("i03", "MZ01")
    refusal(drawing, "e03", "i03p", "2026-05-20", programme="MZ16")
    refusal(drawing, "e04", "i04p", "2026-05-20", programme="MZ16")


def late(drawing: Drawing) -> None:
    """An open application past its day, after a refusal and after an enrolment."""
    home(drawing, "o01")
    refusal(drawing, "f01", "o01", "2026-05-20")
    answered(drawing, "g01", "o01", None, due_on="2026-10-30")
    home(drawing, "o02")
    drawing.enrolled("o02", "MZ01", "2025-01-01", "2026-08-01")
    answered(drawing, "g02", "o02", None, due_on="2026-10-30")


def once(drawing: Drawing) -> None:
    """What is given once: had since they qualify, before they did, or nobody knows since when."""
    drawing.programme("MZ11", "civil_affairs", "once", "household")
    days = ("2026-01-01", "2026-08-01", None, "2026-01-01", "2026-08-01", "2026-01-01")
    for at, since in enumerate((*days, None, "2026-01-01", "2026-01-01"), start=1):
        home(drawing, f"n{at:02}", qualifies=False)
        drawing.qualifies(f"n{at:02}", "MZ11", since=since)
    drawing.paid("d-n01", "n01", "MZ11", "2026-03")
    drawing.paid("d-n02", "n02", "MZ11", "2026-03")
    drawing.paid("d-n03", "n03", "MZ11", "2020-01")
    drawing.enrolled("n04", "MZ11", "2026-02-01", "2026-06-01")
    drawing.enrolled("n05", "MZ11", "2025-02-01", "2026-06-01")
    refusal(drawing, "a-n06", "n06", "2026-02-20", programme="MZ11")
    drawing.paid("d-n06", "n06", "MZ11", "2026-03")
    approved = {"accepted_on": "2026-02-01", "decided_on": "2026-03-02"}
    given = {when: day(on) for when, on in approved.items()}
    drawing.applied("a-n08", "n08", "MZ11", result="approved", **given)
    drawing.paid("d-n09", "n09", "MZ11", "2026-03", status="returned")


@pytest.fixture(scope="module")
def ask(either: GraphStore) -> Ask:
    drawing = Drawing()
    for part in (refused, lapsed, held, late, once):
        part(drawing)
    either.bulk(*drawing.frames())
    return lambda name: either.read(questions(CORE)[name].text, {"as_of": AS_OF})


def test_refusals_that_stand_are_found(ask: Ask) -> None:
    columns = ("unit_id", "programme", "money", "application", "decided_on", "refusal_reason")
    rows = [tuple(row[name] for name in columns) for row in ask("refused_though_qualifying")]
    assert rows == [
        ("l04", "MZ01", 50000, "c04", date(2026, 8, 1), None),
        ("r01", "MZ01", 50000, "a01", date(2026, 5, 20), "收入超标"),
        ("r02", "MZ01", 50000, "a02h", date(2026, 1, 5), None),
        ("r03", "MZ01", 50000, "b03", date(2026, 2, 20), "收入超标"),
        ("i04p", "MZ16", 50000, "e04", date(2026, 5, 20), None),
        ("r02p", "MZ03", None, "a02", date(2026, 10, 31), None),
    ]


def test_a_refusal_cites_its_applications_and_the_family(ask: Ask) -> None:
    row = next(row for row in ask("refused_though_qualifying") if row["unit_id"] == "r03")
    assert row["origins"] == [
        "applications|b03",
        "applications|a03",
        "register|r03",
        "register|r03-r03p",
    ]
    assert (row["departments"], row["region"], row["severity"]) == (
        ["civil_affairs"],
        "330382101",
        "soft",
    )
    assert (row["unit"], row["household"], row["since"]) == ("household", "r03", date(2026, 2, 20))


def test_a_refusal_of_what_was_already_due_is_hard(ask: Ask) -> None:
    rows = {row["unit_id"]: row["severity"] for row in ask("refused_though_qualifying")}
    assert rows["r02p"] == "hard"  # qualified since August, refused in October
    assert rows["r01"] == "soft"  # refused in May


def test_enrolments_that_ended_within_six_months_are_found(ask: Ask) -> None:
    columns = ("unit_id", "programme", "money", "ended_on", "severity")
    rows = [tuple(row[name] for name in columns) for row in ask("lapsed_though_qualifying")]
    assert rows == [
        ("l01", "MZ01", 50000, date(2026, 10, 31), "hard"),
        ("l02", "MZ01", 50000, date(2026, 5, 1), "soft"),
        ("l08", "MZ01", 50000, date(2026, 8, 1), "soft"),
        ("l10", "MZ01", 50000, date(2026, 9, 1), "hard"),
        ("r12", "MZ01", 50000, date(2026, 8, 1), "soft"),
    ]


def test_what_left_longer_ago_or_never_began_was_never_applied_for(ask: Ask) -> None:
    rows = [(row["unit_id"], row["programme"], row["history"]) for row in ask("never_applied")]
    assert rows == [
        ("i03", "MZ01", "none"),
        ("l03", "MZ01", "enrolment_ended"),
        ("l07", "MZ01", "enrolment_ended"),
        ("n02", "MZ11", "none"),
        ("n05", "MZ11", "enrolment_ended"),
        ("n07", "MZ11", "none"),
        ("n09", "MZ11", "none"),
        ("r04", "MZ01", "none"),
        ("r11", "MZ01", "enrolment_ended"),
    ]


def test_what_an_identity_opens_is_found_for_the_identity(ask: Ask) -> None:
    rows = [row["unit_id"] for row in ask("identity_without_linked_benefit")]
    assert rows == ["i01p", "i02p"]


def test_the_lack_of_what_is_given_once_is_one_since_they_qualify(ask: Ask) -> None:
    rows = {row["unit_id"]: row["absent_from"] for row in ask("never_applied")}
    assert rows["n09"] == date(2026, 1, 1)
    assert rows["n07"] == rows["r04"] == date(2026, 10, 1)  # of whom nobody knows since when


def test_no_gap_is_found_twice(ask: Ask) -> None:
    found = Counter((row["unit_id"], row["programme"]) for kind in KINDS for row in ask(kind))
    assert len(found) == 25
    assert set(found.values()) == {1}
