"""What must hold of nodes and edges before any store takes them: ids tell apart, ends are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from graph_loader.stores.protocol import Nodes


def check_ids(label: str, frame: pl.DataFrame) -> None:
    """Refuse nodes that their ids do not tell apart."""
    if frame["id"].n_unique() != frame.height or frame["id"].null_count():
        raise StoreError(f"{label}: {frame.height} rows, {frame['id'].n_unique()} ids. Ids repeat.")


def check_ends(ends: tuple[str, str, str], frame: pl.DataFrame, nodes: Nodes) -> None:
    """Refuse an edge with an end that is no node: one store would invent it, one lose the edge."""
    source, name, target = ends
    for label, column in ((source, "from"), (target, "to")):
        known = nodes[label]["id"] if label in nodes else pl.Series([], dtype=pl.String)
        lost = frame.filter(~pl.col(column).is_in(known.implode()).fill_null(value=False))
        if lost.height:
            first = lost.row(0, named=True)
            raise StoreError(
                f"{lost.height} of {frame.height} edges {name} name no {label}: the first is "
                f"{first['from']} to {first['to']}."
            )
