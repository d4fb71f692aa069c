"""Two projector processes at once: one is told to try again, and the graph is one of the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph_loader.project import digest, digest_of, read_watermark
from tests.kills.graphs import Place, heard, let_go

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server

HOUSEHOLDS = 300


@pytest.fixture
def embedded(tmp_path: Path) -> Place:
    made = Place(tmp_path, households=HOUSEHOLDS)
    made.settle(0)
    return made


@pytest.fixture
def served(tmp_path: Path, neo4j: Server) -> Place:
    made = Place(tmp_path, neo4j, HOUSEHOLDS)
    made.settle(0)
    return made


def held(place: Place) -> str:
    """The digest that the graph claims, and has."""
    store = place.store()
    claimed, found = read_watermark(store)["digest"], digest(store)
    store.close()
    assert claimed == found
    return found


def test_an_embedded_graph_has_one_writer_at_a_time(embedded: Place) -> None:
    with embedded.begin(2, "built") as first, embedded.begin(3, "") as second:
        assert heard(first) == "at built"
        assert heard(second).startswith("again Another process is writing graph.kgl")
        assert held(embedded) == digest_of(embedded.version(1))
        let_go(first)
        assert heard(first) == "done"
    assert held(embedded) == digest_of(embedded.version(2))
    with embedded.begin(3) as again:
        assert heard(again) == "done"
    assert held(embedded) == digest_of(embedded.version(3))


@pytest.mark.parametrize("point", ["began", "committed 2", "written"])
def test_who_began_first_on_a_server_is_told_to_stop(served: Place, point: str) -> None:
    with served.begin(2, point) as first:
        assert heard(first) == f"at {point}"
        with served.begin(3) as second:
            assert heard(second) == "done"
        let_go(first)
        assert heard(first).startswith("again Another projection of this graph began later")
    assert held(served) == digest_of(served.version(3))
    with served.begin(2) as again:
        assert heard(again) == "done"
    assert held(served) == digest_of(served.version(2))


def test_a_race_leaves_one_of_the_two_whole(embedded: Place, served: Place) -> None:
    for place in (embedded, served):
        with place.begin(2) as first, place.begin(3) as second:
            ends = [heard(first).split()[0], heard(second).split()[0]]
        assert sorted(ends) in (["again", "done"], ["done", "done"])
        versions = {digest_of(place.version(money)) for money in (2, 3)}
        assert held(place) in versions
