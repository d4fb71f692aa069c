"""The proof by kills, small: nothing is lost, and a projector in the wrong order is noticed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.kills.graphs import Place, kill_projector

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server

KILLS = 2


def test_killed_projectors_of_an_embedded_store_do_no_harm(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.settle()
    done = [kill_projector(place, random.Random(seed)) for seed in range(KILLS)]  # noqa: S311 - moments
    assert [kill.told() for kill in done if not kill.harmless] == []


def test_killed_projectors_of_a_server_do_no_harm(tmp_path: Path, neo4j: Server) -> None:
    place = Place(tmp_path, neo4j)
    place.settle()
    done = [kill_projector(place, random.Random(seed)) for seed in range(KILLS)]  # noqa: S311 - moments
    assert [kill.told() for kill in done if not kill.harmless] == []


def test_a_watermark_that_comes_too_early_is_noticed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.settle()
    done = [kill_projector(place, random.Random(seed), wrong=True) for seed in range(6)]  # noqa: S311 - moments
    assert any(kill.torn for kill in done)
