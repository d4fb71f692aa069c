"""Both stores, each in turn, for counties that are drawn once and asked many questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph_loader.stores.protocol import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore


@pytest.fixture(scope="module", params=["kglite", "neo4j"])
def either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    """An open store of either kind; what it holds is for the module to say."""
    home = tmp_path_factory.mktemp("either")
    if request.param == "kglite":
        store = open_store("kglite", home)
    else:
        server: Server = request.getfixturevalue("neo4j")
        store = open_store(server.url, home, server.access)
    yield store
    store.close()
