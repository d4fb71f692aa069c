"""What every graph store can do, what it raises, and how one is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from graph_loader.patch import Patch
    from graph_loader.stores.chunks import Rows

Nodes = Mapping[str, "Rows"]
Edges = Mapping[tuple[str, str, str], "Rows"]
Progress = "Callable[[str, int, int], None]"  # what is written, rows done, rows in all
WATERMARK: Final = "Watermark"
ANOTHER: Final = "The graph is another one than the change was made for. Project again."

QUOTED: Final = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|//[^\n]*|/\*.*?\*/""", re.DOTALL
)
LOADS_FILES: Final = re.compile(r"\bLOAD\s+CSV\b", re.IGNORECASE)


class StoreError(Exception):
    """A store that could not; `retryable` says whether trying again can help."""

    def __init__(self, says: str, *, retryable: bool = False) -> None:
        super().__init__(says)
        self.retryable = retryable


class DamagedError(StoreError):
    """A graph that is there and cannot be read; `what` is wrong with it. It can be made again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Make it again with `aidgraph store rebuild`.")
        self.what = what


@dataclass(frozen=True, slots=True)
class Access:
    """With what a store elsewhere is entered; an embedded one asks for none of it.

    `authority` is the file of the certificates that vouch for the server.
    """

    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"
    authority: Path | None = None


class GraphStore(Protocol):
    """A property graph that speaks Cypher. Dates go in and come out as `datetime.date`."""

    def read(
        self,
        query: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = 180,
        rows: int | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of one query that cannot write, the first `rows` of them."""
        ...

    def stream(
        self, query: str, parameters: Mapping[str, Any] | None = None, *, seconds: float = 3600
    ) -> Iterator[dict[str, Any]]:
        """The rows of one query that cannot write, one by one, as many as there are."""
        ...

    def write(self, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run one statement; what it wrote is on disk when this returns."""
        ...

    def bulk(
        self,
        nodes: Nodes,
        edges: Edges,
        *,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Hold exactly these nodes and edges from now on, all at once or not at all.

        Nodes have `id`, edges `from` and `to`; the other columns are properties. Rows that lie
        in files are read some at a time.
        A reader sees the new watermark only with everything else that is new.
        """
        ...

    def patch(self, patch: Patch) -> None:
        """Hold what this makes of the graph that is there, as `bulk` would.

        Raises:
            StoreError: where another graph is there than the one that the patch is for.
        """
        ...

    def clear(self) -> None:
        """Hold nothing."""
        ...

    def close(self) -> None: ...


def one_statement(query: str) -> str:
    """The text, refused where it holds a second statement or reads files of the machine."""
    bare = QUOTED.sub(" ", query).strip().removesuffix(";")
    if ";" in bare:
        raise StoreError("One statement at a time: take out the `;` and what comes after it.")
    if LOADS_FILES.search(bare) or "\\" in bare:
        raise StoreError(
            "`LOAD CSV` and escapes outside text are refused: they reach past the graph."
        )
    return query


def open_store(url: str, home: Path, access: Access | None = None) -> GraphStore:
    """The store of this address; an embedded one lives in the folder."""
    if url == "kglite":
        from graph_loader.stores.kglite import KgliteStore

        return KgliteStore(home / "graph.kgl")
    if url.startswith(("neo4j", "bolt")):
        from graph_loader.stores.neo4j import Neo4jStore

        return Neo4jStore(url, access or Access())
    raise StoreError(
        f"No graph store `{url}`. Known: kglite, neo4j://HOST:PORT, bolt://HOST:PORT. "
        "Set AIDGRAPH_STORE to one of them."
    )
