"""The digest of a graph, made of its rows as they go by, in whatever order.

Of each row the SHA-256 of its label or edge and its values as JSON; of all rows of one name the
sum of these, each read as four whole numbers modulo 2⁶⁴, and their count; of the names the SHA-256.
Nobody who wants to deceive is kept out by that, but no change that nobody planned goes unseen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from graph_loader.stores.chunks import chunks

if TYPE_CHECKING:
    from graph_loader.stores.chunks import Graph

LANES: Final = 4


def row_digests(frame: pl.DataFrame, name: str) -> list[bytes]:
    """What tells each row under a name from every other; the order of columns says nothing."""
    texts = frame.select(pl.struct(sorted(frame.columns)).struct.json_encode()).to_series()
    start = hashlib.sha256(f"{name}|".encode())
    found = []
    for text in texts.cast(pl.Binary):
        one = start.copy()
        one.update(text)
        found.append(one.digest())
    return found


@dataclass(slots=True)
class Total:
    """The columns, the count and the sum of the rows of one name."""

    columns: list[str]
    height: int = 0
    sum: np.ndarray = field(default_factory=lambda: np.zeros(LANES, dtype=np.uint64))


@dataclass(slots=True)
class Tally:
    """What went by so far."""

    names: dict[str, Total] = field(default_factory=dict)

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Count these rows in; of a name without rows its columns count."""
        total = self.names.setdefault(name, Total(sorted(frame.columns)))
        if frame.height:
            total.sum += _sum(frame, name)
            total.height += frame.height

    def take(self, name: str, frame: pl.DataFrame) -> None:
        """Count these rows out again; a name that loses its last row is forgotten."""
        if frame.height:
            total = self.names[name]
            total.sum -= _sum(frame, name)
            total.height -= frame.height
            if not total.height:
                del self.names[name]

    def digest(self) -> str:
        """SHA-256 of everything that was counted."""
        whole = hashlib.sha256()
        for name, total in sorted(self.names.items()):
            whole.update(f"{name}|{total.columns}|{total.height}|".encode())
            whole.update(total.sum.astype("<u8").tobytes())
        return whole.hexdigest()


def _sum(frame: pl.DataFrame, name: str) -> np.ndarray:
    values = np.frombuffer(b"".join(row_digests(frame, name)), dtype="<u8")
    summed: np.ndarray = values.reshape(-1, LANES).sum(axis=0, dtype=np.uint64)
    return summed


def digest_of(graph: Graph) -> str:
    """The digest of all nodes and edges, whatever the order of rows and columns."""
    return tally_of(graph).digest()


def tally_of(graph: Graph) -> Tally:
    """All nodes and edges, counted."""
    tally = Tally()
    named = [*graph.nodes.items(), *(("-".join(e), rows) for e, rows in graph.edges.items())]
    for name, rows in named:
        tally.add(name, pl.DataFrame(schema=rows.schema))
        for chunk in chunks(rows):
            tally.add(name, chunk)
    return tally
