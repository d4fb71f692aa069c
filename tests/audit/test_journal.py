"""The chain holds under load, and tells what was changed, dropped or cut."""

from __future__ import annotations

import json
import stat
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, text, update

from audit.journal import Entry, anchor, append, hash_of, key, verify
from audit.tables import JOURNAL

if TYPE_CHECKING:
    from pathlib import Path

    from audit.records import Records

READ = Entry("wang", "read", "household", "h1", "核查", {"fields": ["名字", None, 1]})


def walk(records: Records, folder: Path) -> tuple[bool, int, int, int]:
    seen = verify(
        records, key_file=folder / "keys" / "journal.key", anchor_file=folder / "anchors.jsonl"
    )
    return seen.ok, seen.entries, seen.anchored, seen.unprotected


def sign(records: Records, folder: Path) -> None:
    anchor(records, key_file=folder / "keys" / "journal.key", anchor_file=folder / "anchors.jsonl")


def tamper(records: Records, change: object) -> None:
    """What somebody with the database file in hand could do."""
    with records.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER IF EXISTS journal_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS journal_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS journal_add_only ON journal"))
        connection.execute(change)  # type: ignore[call-overload]


def test_200_concurrent_appends_make_one_chain(records: Records, tmp_path: Path) -> None:
    places: list[int] = []
    each = [
        threading.Thread(
            target=lambda n=n: places.append(append(records, Entry(f"u{n}", "a", "b")))
        )
        for n in range(200)
    ]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    assert sorted(places) == list(range(1, 201))
    assert walk(records, tmp_path) == (True, 200, 0, 200)


def test_an_entry_says_who_when_why_and_what(records: Records) -> None:
    append(records, READ)
    with records.read() as connection:
        row = connection.execute(select(JOURNAL)).one()
    assert (row.who, row.action, row.resource, row.subject) == ("wang", "read", "household", "h1")
    assert row.purpose == "核查"
    assert json.loads(row.detail) == {"fields": ["名字", None, 1]}
    assert row.at == "2026-11-02T01:00:00.000001Z"


def test_what_came_after_the_last_anchor_is_said_to_be_unprotected(
    records: Records, tmp_path: Path
) -> None:
    for _ in range(3):
        append(records, READ)
    sign(records, tmp_path)
    append(records, READ)
    assert walk(records, tmp_path) == (True, 4, 3, 1)


def test_an_empty_journal_has_nothing_to_sign(records: Records, tmp_path: Path) -> None:
    sign(records, tmp_path)
    assert walk(records, tmp_path) == (True, 0, 0, 0)


def test_a_changed_entry_is_found(records: Records, tmp_path: Path) -> None:
    for _ in range(3):
        append(records, READ)
    tamper(records, update(JOURNAL).where(JOURNAL.c.seq == 2).values(purpose="别的"))
    seen = verify(records, key_file=tmp_path / "k", anchor_file=tmp_path / "a")
    assert seen.faults == ("Entry 2 was changed after it was written.",)


def test_a_dropped_entry_is_found(records: Records, tmp_path: Path) -> None:
    for _ in range(3):
        append(records, READ)
    tamper(records, delete(JOURNAL).where(JOURNAL.c.seq == 2))
    seen = verify(records, key_file=tmp_path / "k", anchor_file=tmp_path / "a")
    assert seen.faults == (
        "Entries 2 to 2 are missing.",
        "Entry 3 does not follow the entry before it.",
    )


def test_a_cut_tail_is_found_by_the_anchor_alone(records: Records, tmp_path: Path) -> None:
    for _ in range(5):
        append(records, READ)
    sign(records, tmp_path)
    tamper(records, delete(JOURNAL).where(JOURNAL.c.seq > 3))
    seen = verify(
        records, key_file=tmp_path / "keys" / "journal.key", anchor_file=tmp_path / "anchors.jsonl"
    )
    assert seen.faults == (
        "The journal ends at entry 3; an anchor was signed at 5: 2 entries were cut off its end.",
    )


def test_a_tail_written_anew_is_found(records: Records, tmp_path: Path) -> None:
    for _ in range(2):
        append(records, READ)
    sign(records, tmp_path)
    with records.read() as connection:
        row = dict(connection.execute(select(JOURNAL).where(JOURNAL.c.seq == 2)).mappings().one())
    row["who"] = "somebody else"
    row["hash"] = hash_of(row)
    tamper(records, delete(JOURNAL).where(JOURNAL.c.seq == 2))
    tamper(records, insert(JOURNAL).values(**row))
    seen = verify(
        records, key_file=tmp_path / "keys" / "journal.key", anchor_file=tmp_path / "anchors.jsonl"
    )
    assert seen.faults == ("Entry 2 is not the one that an anchor signed.",)


@pytest.mark.parametrize("forged", ['{"seq":9,"head":"x","at":"y","signature":"z"}', "rubbish"])
def test_a_forged_anchor_is_found(light: Records, tmp_path: Path, forged: str) -> None:
    append(light, READ)
    sign(light, tmp_path)
    with (tmp_path / "anchors.jsonl").open("a") as out:
        out.write(forged + "\n")
    assert walk(light, tmp_path) == (False, 1, 1, 0)


def test_the_key_is_its_owners_alone_and_made_once(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "journal.key"
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(key(file))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made[0]) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["journal.key"]
