"""A finding about somebody whose id was joined to an older one is the same finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from audit.episodes import Kept, keep_findings
from audit.findings import Findings, finding_id, frame_of
from audit.followed import followed
from audit.outcomes import Conclusion, conclude
from audit.tables import FINDINGS
from tests.audit.world import finding, scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.records import Records

JOINED = {"p2": "p1"}


def about(person: str) -> dict[str, object]:
    """A gap of a person, with the id that the audit gives it."""
    key = {"unit": "person", "unit_id": person, "programme": "MZ18"}
    told = {"key": key, "unit": "person", "unit_id": person, "household": "h1"}
    return finding(finding_id("never_applied", key), evidence_digest="same", **told)


def found(*rows: dict[str, object]) -> Findings:
    return Findings(frame_of(rows))


def keep(records: Records, told: Findings, joined: Mapping[str, str], run: str) -> Kept:
    rows = followed(told, records, joined).rows()
    return keep_findings(records, rows, asked=["never_applied"], run=run)


def kept(records: Records) -> list[tuple[object, ...]]:
    columns = (FINDINGS.c.id, FINDINGS.c.unit_id, FINDINGS.c.work_state, FINDINGS.c.cleared_at)
    with records.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def test_what_was_done_about_a_finding_follows_the_older_id_and_back(records: Records) -> None:
    assert keep(records, found(about("p2")), {}, "R1") == Kept(1, 0, 0, 0, 0, 0)
    made = str(about("p2")["id"])
    conclude(records, scope("inspector"), made, "dispatch", Conclusion())
    state = kept(records)[0][2]
    for run in ("R2", "R3"):
        assert keep(records, found(about("p1")), JOINED, run) == Kept(0, 1, 0, 0, 0, 0)
        assert kept(records) == [(made, "p1", state, None)]
    assert keep(records, found(about("p2")), {}, "R4") == Kept(0, 1, 0, 0, 0, 0)
    assert kept(records) == [(made, "p2", state, None)]


def test_of_two_that_become_one_the_oldest_goes_on(records: Records) -> None:
    keep(records, found(about("p1"), about("p2")), {}, "R1")
    assert keep(records, found(about("p1")), JOINED, "R2") == Kept(0, 1, 0, 0, 1, 0)
    assert [row[0] for row in kept(records) if row[3] is None] == [about("p1")["id"]]


@pytest.mark.parametrize("joined", [{}, {"p9": "p1"}])
def test_a_join_of_others_changes_no_finding(records: Records, joined: dict[str, str]) -> None:
    keep(records, found(about("p2")), {}, "R1")
    told = found(about("p1"))
    assert followed(told, records, joined).frame.equals(told.frame)
