"""Where a store lives: how it is opened again, taken away and brought back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from graph_loader.stores.protocol import GraphStore, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server


class Place(ABC):
    """One empty store, and others that look at the same graph; all closed at the end.

    `elsewhere`: it may come back by itself, so that trying again can help.
    """

    elsewhere: bool

    def __init__(self) -> None:
        self._opened: list[GraphStore] = []
        self.store = self.again()

    def again(self) -> GraphStore:
        """The same graph as another process sees it."""
        store = self.open()
        self._opened.append(store)
        return store

    @abstractmethod
    def open(self) -> GraphStore: ...

    @abstractmethod
    def lose(self) -> None:
        """Take the graph away."""

    @abstractmethod
    def bring_back(self) -> None:
        """Put it back as it was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for store in self._opened:
            store.close()


class EmbeddedPlace(Place):
    """A file."""

    elsewhere = False

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / "graph.kgl"
        super().__init__()

    def open(self) -> GraphStore:
        return open_store("kglite", self.home)

    def lose(self) -> None:
        self.file.rename(self.file.with_suffix(".away"))
        self.file.write_bytes(b"no graph")

    def bring_back(self) -> None:
        self.file.with_suffix(".away").replace(self.file)


class ServerPlace(Place):
    """A database of a server."""

    elsewhere = True

    def __init__(self, server: Server) -> None:
        self.server = server
        super().__init__()

    def open(self) -> GraphStore:
        return open_store(self.server.url, self.server.home, self.server.access)

    def lose(self) -> None:
        self.server.stop()

    def bring_back(self) -> None:
        self.server.start()
