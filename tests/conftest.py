"""What tests of several folders share: the one Neo4j of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph_loader.stores.neo4j_server import new_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.stores.neo4j_server import Server


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Neo4j of this session. Where it cannot start, every test that asks for it fails."""
    server = new_server(tmp_path_factory.mktemp("neo4j"))
    server.options = ("-XX:TieredStopAtLevel=1",)  # it lives too briefly to be worth optimising
    server.start()
    yield server
    server.stop()
