"""What must hold of nodes and edges before any store takes them: ids tell apart, ends are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from graph_loader.stores.chunks import chunks
from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph_loader.stores.chunks import Ends, Rows
    from graph_loader.stores.protocol import Nodes

NOBODY = np.array([], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Ids:
    """64 bits of every id of every label, in order.

    Of 10⁷ ids and as many ends that name none, the odds that one end is missed are 1 in 10⁵.
    """

    known: Mapping[str, np.ndarray]

    def check(self, ends: Ends, frame: pl.DataFrame) -> None:
        """Refuse an edge with an end that is no node: one store would invent it, one lose the edge.

        Raises:
            StoreError: with the first such edge.
        """
        source, name, target = ends
        for label, column in ((source, "from"), (target, "to")):
            there = self._there(label, frame[column])
            if not there.all():
                first = frame.filter(~pl.Series(there)).row(0, named=True)
                raise StoreError(
                    f"{(~there).sum()} of {frame.height} edges {name} name no {label}: the first "
                    f"is {first['from']} to {first['to']}."
                )

    def _there(self, label: str, ends: pl.Series) -> np.ndarray:
        known = self.known.get(label, NOBODY)
        if not known.size:
            return np.zeros(len(ends), dtype=bool)
        sought = ends.hash().to_numpy()
        at = np.searchsorted(known, sought).clip(max=known.size - 1)
        found: np.ndarray = (known[at] == sought) & ends.is_not_null().to_numpy()
        return found


def ids_of(nodes: Nodes) -> Ids:
    """The ids of all labels; nodes that their ids do not tell apart are refused."""
    return Ids({label: label_ids(label, rows) for label, rows in nodes.items()})


def label_ids(label: str, rows: Rows) -> np.ndarray:
    """64 bits of each id of a label, in order.

    Raises:
        StoreError: where an id is missing or stands twice.
    """
    read = [chunk["id"] for chunk in chunks(rows, "id")]
    nulls = sum(ids.null_count() for ids in read)
    known = np.sort(np.concatenate([NOBODY, *(ids.hash().to_numpy() for ids in read)]))
    repeated = np.unique(known[1:][known[1:] == known[:-1]])
    lost = 0
    if repeated.size:
        those = [ids.filter(ids.hash().is_in(pl.Series(repeated).implode())) for ids in read]
        alike = pl.concat(those)
        lost = alike.len() - alike.n_unique()
    if lost or nulls:
        raise StoreError(f"{label}: {rows.height} rows, {rows.height - lost} ids. Ids repeat.")
    return known
