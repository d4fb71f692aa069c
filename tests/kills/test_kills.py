"""The proof by kills, small: nothing is lost, and a projector in the wrong order is noticed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.kills.graphs import Place, kill_at, kill_projector, planted

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server

HOUSEHOLDS = 400
HELD = {
    "kglite": {"begun": "old", "built": "old", "saved": "old", "swapped": "new"},
    "neo4j": {"began": "says half", "uncommitted 3": "says half", "marked": "new"},
}
PATCHED = {
    "kglite": {"saved": "old", "swapped": "new"},
    "neo4j": {"taken": "says half", "committed 1": "says half", "marked": "new"},
}


@pytest.fixture(params=HELD)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A store that projectors write to."""
    server: Server | None = None
    if request.param == "neo4j":
        server = request.getfixturevalue("neo4j")
    made = Place(tmp_path, server, HOUSEHOLDS)
    made.settle(1)
    return made


def test_killed_projectors_do_no_harm_and_a_planted_one_is_noticed(place: Place) -> None:
    points = HELD[place.name]
    done = [kill_at(place, point) for point in points]
    done.append(kill_projector(place, random.Random(1)))  # noqa: S311 - moments
    assert [kill.told() for kill in done if not kill.harmless] == []
    assert {kill.when: kill.held for kill in done[:-1]} == points
    place.patching = True
    place.measure()
    patched = [kill_at(place, point) for point in PATCHED[place.name]]
    assert [kill.told() for kill in patched if not kill.harmless] == []
    assert {kill.when: kill.held for kill in patched} == PATCHED[place.name]
    place.patching = False
    early = planted(place)
    assert early.torn, early.told()
