"""Both stores behind one name, and the real Neo4j that one of them needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from graph_loader.stores.neo4j_server import new_server
from tests.stores.places import EmbeddedPlace, Place, ServerPlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore

KINDS: Final = ("kglite", "neo4j")
PASSED: Final[Counter[str]] = Counter()


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Neo4j of this session. Where it cannot start, every test that asks for it fails."""
    server = new_server(tmp_path_factory.mktemp("neo4j"))
    server.options = ("-XX:TieredStopAtLevel=1",)  # it lives too briefly to be worth optimising
    server.start()
    yield server
    server.stop()


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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what passed on each store."""
    if report.when == "call" and report.passed and "tests/stores/" in report.nodeid:
        PASSED.update(kind for kind in KINDS if kind in report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests each store passed."""
    says = ", ".join(f"{kind} {PASSED[kind]}" for kind in KINDS)
    terminalreporter.write_line(f"stores: {says} passed")
