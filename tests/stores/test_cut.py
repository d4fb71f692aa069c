"""Connections cut in the middle: nothing lost, nothing doubled, and errors say what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph_loader.project import digest, digest_of, project
from graph_loader.stores.neo4j import Neo4jStore
from graph_loader.stores.protocol import StoreError
from graph_loader.stores.steady import Steady, UnsteadyError
from tests.stores.drawn import EDGES, MARK, PAID, village
from tests.stores.proxy import COMMIT, Cut, Proxy, relayed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores.places import ServerPlace

OLD, NEW = village(100), village(120, money=2)
BATCH = 60  # rows: one of households, four of people, one of edges, one of the watermark
ROWS = b"UNWIND $rows"
SHARES = (0.03, 0.3, 0.5, 0.7, 0.9)
MERGE = "MERGE (p:Person {id: 'Q'}) SET p.money = coalesce(p.money, 0) + 1"
ADDED = "MATCH (p:Person {id: 'Q'}) RETURN p.money AS money"


@pytest.fixture
def proxy(server: ServerPlace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A relay to the server, which holds the old version."""
    monkeypatch.setattr("graph_loader.stores.neo4j_rows.BATCH", BATCH)
    project(server.store, OLD, watermark=MARK)
    with relayed(server.server.bolt) as made:
        yield made


@pytest.fixture
def far(proxy: Proxy, server: ServerPlace) -> Iterator[Neo4jStore]:
    """The store behind the relay."""
    store = Neo4jStore(proxy.url, server.server.access)
    yield store
    store.close()


def came_whole(server: ServerPlace) -> None:
    """The server holds the new version, each row once."""
    assert server.store.read(PAID) == [{"n": 240, "money": 480}]
    assert server.store.read(EDGES) == [{"n": 240}]
    assert digest(server.store) == digest_of(NEW)


def measured(proxy: Proxy, far: Neo4jStore, server: ServerPlace) -> tuple[int, int]:
    """How many bytes go up and how many commits are made on the way to the new version."""
    far.read("RETURN 1 AS one")
    proxy.arm(None)
    project(far, NEW, watermark=MARK)
    told = proxy.passed["up"], proxy.commits
    project(server.store, OLD, watermark=MARK)
    return told


def test_a_connection_cut_anywhere_loses_and_doubles_nothing(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace
) -> None:
    length, commits = measured(proxy, far, server)
    assert commits >= 9
    ends = []
    for share in SHARES:
        project(server.store, OLD, watermark=MARK)
        proxy.arm(Cut(behind=int(share * length)))
        ends.append(taken_up(far))
        assert proxy.cuts == 1
        came_whole(server)
    assert set(ends) <= {"done", "again"}
    assert "done" in ends


def taken_up(far: Neo4jStore) -> str:
    """Bring the server to the new version, once more where an error says that it helps."""
    try:
        project(far, NEW, watermark=MARK)
    except StoreError as error:
        project(far, NEW, watermark=MARK)
        return "again" if error.retryable else str(error)
    return "done"


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_batch_that_is_cut_is_said_again_by_itself(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace, number: int
) -> None:
    proxy.arm(Cut(message=ROWS, number=number))
    assert project(far, NEW, watermark=MARK).written
    assert proxy.cuts == 1
    came_whole(server)


@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_a_commit_whose_answer_is_lost_is_made_once(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace, *, answered: bool
) -> None:
    _, commits = measured(proxy, far, server)
    for number in range(1, commits + 1):
        project(server.store, OLD, watermark=MARK)
        proxy.arm(Cut(message=COMMIT, number=number, answered=answered))
        assert project(far, NEW, watermark=MARK).written
        assert (proxy.cuts, proxy.commits > commits) == (1, True)
        came_whole(server)


def test_answers_that_are_always_lost_end_in_an_error_that_says_try_again(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace
) -> None:
    proxy.arm(Cut(message=COMMIT, number=4, answered=True, times=9))
    with pytest.raises(StoreError, match="The answer to a commit was lost 3 times") as told:
        project(far, NEW, watermark=MARK)
    assert (told.value.retryable, proxy.cuts) == (True, 3)
    proxy.arm(None)
    assert project(far, NEW, watermark=MARK).written
    came_whole(server)


def test_a_server_that_stays_away_is_told_and_taken_up_again(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace
) -> None:
    def vanish(_name: str, _done: int, _total: int) -> None:
        proxy.away = True
        proxy.arm(Cut(behind=10))

    with pytest.raises(StoreError, match="does not answer") as told:
        project(far, NEW, watermark=MARK, progress=vanish)
    assert told.value.retryable
    with pytest.raises(UnsteadyError, match="being projected, or its projection was cut short"):
        Steady(server.store, "R1").read(PAID)
    proxy.away = False
    proxy.arm(None)
    assert project(far, NEW, watermark=MARK).written
    came_whole(server)


@pytest.mark.parametrize(("answered", "found"), [(False, []), (True, [{"money": 1}])])
def test_a_write_whose_answer_is_lost_is_not_said_twice(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace, *, answered: bool, found: list[object]
) -> None:
    proxy.arm(Cut(message=COMMIT, answered=answered))
    with pytest.raises(StoreError, match="look whether it did before trying again") as told:
        far.write(MERGE)
    assert (told.value.retryable, proxy.cuts) == (False, 1)
    assert server.store.read(ADDED) == found


def test_a_question_whose_rows_are_cut_is_asked_again(
    proxy: Proxy, far: Neo4jStore, server: ServerPlace
) -> None:
    query = "MATCH (p:Person) RETURN p.id AS id, p.money AS money ORDER BY id"
    expected = server.store.read(query)
    far.read("RETURN 1 AS one")
    proxy.arm(Cut("down", behind=1500))
    assert far.read(query) == expected
    assert proxy.cuts == 1
    proxy.arm(Cut("down", behind=1500))
    with pytest.raises(StoreError, match="does not answer") as told:
        list(far.stream(query))
    assert told.value.retryable
