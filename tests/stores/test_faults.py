"""Readers beside a writer, two writers, a server that dies in the middle."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from graph_loader.project import digest, digest_of, project, read_watermark
from graph_loader.stores.protocol import StoreError
from graph_loader.stores.steady import Steady, UnsteadyError
from tests.stores.drawn import EDGES, MARK, PAID, village

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore
    from tests.stores.places import Place, ServerPlace

READERS = 3
NEWS = village(4000, money=2)  # several batches of people and of edges


def test_readers_see_one_version_or_are_told_to_ask_again(place: Place) -> None:
    versions = [village(60, money) for money in (1, 2, 3)]
    expected = {digest_of(frames): 120 * money for money, frames in enumerate(versions, start=1)}
    project(place.store, versions[0], watermark=MARK)
    done = threading.Event()

    def look(store: GraphStore) -> list[tuple[str, int]]:
        seen = []
        while True:
            last = done.is_set()
            before = read_watermark(store)["digest"]
            money = store.read(PAID)[0]["money"]
            if before and read_watermark(store)["digest"] == before:
                seen.append((before, money))
            if last:
                return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(look, place.again()) for _ in range(READERS)]
        try:
            for turn in range(6):
                project(place.store, versions[(turn + 1) % 3], watermark=MARK)
        finally:
            done.set()
        seen = [found for reader in readers for found in reader.result()]
    assert len(seen) >= READERS
    assert [(of, money) for of, money in seen if expected[of] != money] == []


def test_a_steady_reader_never_sees_half_a_graph(place: Place) -> None:
    project(place.store, village(60, money=1), watermark=MARK)
    reader = Steady(place.again(), "R1")
    seen: list[object] = []

    def look(_name: str, _done: int, _total: int) -> None:
        try:
            seen.append(reader.read(PAID))
        except UnsteadyError:
            seen.append("projecting")

    project(place.store, village(60, money=2), watermark=MARK, progress=look)
    old, new = [{"n": 120, "money": 120}], [{"n": 120, "money": 240}]
    assert reader.read(PAID) == new
    assert seen
    assert [each for each in seen if each not in (old, new, "projecting")] == []
    assert ("projecting" in seen) is place.elsewhere


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("MATCH (w:Watermark) SET w.digest = null", "being projected, or its projection was cut"),
        (
            "MATCH (w:Watermark) SET w.run = 'R2'",
            "The graph holds run R2, what was found is of run",
        ),
        ("MATCH (w:Watermark) DETACH DELETE w", "The graph was never projected"),
    ],
)
def test_what_is_not_whole_is_not_read(place: Place, change: str, says: str) -> None:
    project(place.store, village(2), watermark=MARK)
    reader = Steady(place.store, "R1")
    assert reader.read(PAID) == [{"n": 4, "money": 4}]
    place.store.write(change)
    with pytest.raises(UnsteadyError, match=says):
        reader.read(PAID)


def test_many_readers_of_one_store_get_their_own_rows(place: Place) -> None:
    project(place.store, village(50), watermark=MARK)
    query = "MATCH (h:Household {id: $h})-[:HAS_MEMBER]->(p:Person) RETURN p.id AS p ORDER BY p"

    def ask(number: int) -> list[dict[str, Any]]:
        return place.store.read(query, {"h": f"H{number:06}"})

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(50)))
    assert found == [[{"p": f"P{2 * n:06}"}, {"p": f"P{2 * n + 1:06}"}] for n in range(50)]


def test_who_began_before_another_is_told_to_try_again(server: ServerPlace) -> None:
    """The later one wins, whole: nothing of the earlier follows it."""
    other = server.again()
    later = village(20, money=2)

    def begin_another(name: str, _done: int, _total: int) -> None:
        if name == "Person":
            project(other, later, watermark=MARK)

    with pytest.raises(StoreError, match="Another projection of this graph began later") as told:
        server.store.bulk(village(30).nodes, village(30).edges, progress=begin_another)
    assert told.value.retryable
    assert digest(server.store) == digest_of(later)
    assert server.store.read(PAID) == [{"n": 40, "money": 80}]


def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(server: ServerPlace) -> None:
    project(server.store, village(40), watermark=MARK)

    def kill(name: str, _done: int, _total: int) -> None:
        if name == "HAS_MEMBER":
            server.server.kill()

    with pytest.raises(StoreError, match="does not answer") as told:
        project(server.store, NEWS, watermark=MARK, progress=kill)
    assert told.value.retryable
    server.bring_back()
    assert read_watermark(server.store)["digest"] is None
    came_whole(server)


def test_a_projection_that_dies_in_the_middle_is_taken_up_again(server: ServerPlace) -> None:
    project(server.store, village(40), watermark=MARK)

    def die(name: str, _done: int, _total: int) -> None:
        if name == "Person":
            raise RuntimeError("the projector died")

    with pytest.raises(RuntimeError, match="the projector died"):
        project(server.store, NEWS, watermark=MARK, progress=die)
    assert read_watermark(server.store)["digest"] is None
    came_whole(server)


def came_whole(server: ServerPlace) -> None:
    """The news arrive, each row once, whatever of them was there."""
    assert project(server.again(), NEWS, watermark=MARK).written
    assert server.store.read(PAID) == [{"n": 8000, "money": 16000}]
    assert server.store.read(EDGES) == [{"n": 8000}]
    assert digest(server.store) == digest_of(NEWS)
