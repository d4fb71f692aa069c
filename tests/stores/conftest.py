"""Both stores behind one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.stores.places import EmbeddedPlace, Place, ServerPlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph_loader.stores.protocol import GraphStore

KINDS: Final = ("kglite", "neo4j")


def placed(kind: str, request: pytest.FixtureRequest, home: Path) -> Place:
    """An empty store of this kind."""
    if kind == "kglite":
        return EmbeddedPlace(home)
    place = ServerPlace(request.getfixturevalue("neo4j"))
    place.store.clear()
    return place


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost server is not waited for."""
    monkeypatch.setattr("graph_loader.stores.neo4j.PATIENCE", 0.5)


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    hurried: None,  # noqa: ARG001
) -> Iterator[Place]:
    """Where one store lives, each of them in turn."""
    with placed(request.param, request, tmp_path) as made:
        yield made


@pytest.fixture
def store(place: Place) -> GraphStore:
    """Each store in turn, empty."""
    return place.store


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    hurried: None,  # noqa: ARG001
) -> Iterator[ServerPlace]:
    """The real Neo4j, empty."""
    with placed("neo4j", request, tmp_path) as made:
        assert isinstance(made, ServerPlace)
        yield made
