"""A graph that is empty at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph_loader.stores.protocol import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.protocol import GraphStore


@pytest.fixture
def store(tmp_path: Path) -> GraphStore:
    return open_store("kglite", tmp_path)
