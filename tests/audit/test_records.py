"""The database of records: its shape, and what it does under load."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from audit.records import RecordsError, open_records
from audit.tables import JOURNAL, METADATA, SIGN_INS

if TYPE_CHECKING:
    from pathlib import Path

    from audit.records import Records


def test_the_migrations_make_the_tables_that_are_declared(records: Records) -> None:
    with records.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deeper' / 'records.sqlite'}"
    first = open_records(url)
    with first.write() as connection:
        connection.execute(insert(SIGN_INS).values(login="a", at=first.now(), succeeded=1))
    first.close()
    second = open_records(url)
    with second.read() as connection:
        assert connection.execute(select(SIGN_INS.c.login)).scalars().all() == ["a"]
    second.close()


def test_two_who_open_at_once_both_find_every_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    opened: list[Records] = []
    threads = [threading.Thread(target=lambda: opened.append(open_records(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    for one in opened:
        one.close()


def test_a_database_in_memory_is_refused_with_the_way_out() -> None:
    with pytest.raises(RecordsError, match="sqlite:///PATH"):
        open_records("sqlite://")


def test_a_failed_write_leaves_nothing(records: Records) -> None:
    row = {"login": "a", "at": records.now(), "succeeded": 0}
    with pytest.raises(IntegrityError), records.write() as connection:
        connection.execute(insert(SIGN_INS), [row, {**row, "login": None}])
    with records.read() as connection:
        assert connection.execute(select(SIGN_INS)).all() == []


@pytest.mark.parametrize("change", ["UPDATE journal SET who = 'b'", "DELETE FROM journal"])
def test_the_journal_can_only_be_added_to(records: Records, change: str) -> None:
    with records.write() as connection:
        row = dict.fromkeys(("at", "who", "action", "resource", "detail", "previous", "hash"), "x")
        connection.execute(insert(JOURNAL).values(seq=1, **row))
    with pytest.raises(DBAPIError, match="can only be added to"), records.write() as connection:
        connection.execute(text(change))
