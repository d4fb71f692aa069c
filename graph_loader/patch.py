"""What makes one graph of another: nodes and edges that are new, changed or gone, and the mark."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from graph_loader.changes import Change, change
from graph_loader.digest import Tally, Total
from graph_loader.held import name_of
from graph_loader.project import ProjectReport, shaped_mark, told_of, types
from graph_loader.schema import shaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph_loader.schema import Type
    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore


class OtherShapeError(Exception):
    """Rows of columns that the graph does not have: it is made anew."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What a store that holds the graph of the digest `before` must do to hold the next one.

    `gone`: ids of nodes to delete. `nodes`: new or changed ones, whole. `cut`: pairs (from, to)
    that lose their edges of a kind. `edges`: all that there are between pairs that changed.
    """

    before: str
    mark: pl.DataFrame
    nodes: Mapping[str, pl.DataFrame]
    gone: Mapping[str, pl.Series]
    edges: Mapping[Ends, pl.DataFrame]
    cut: Mapping[Ends, pl.DataFrame]


@dataclass(slots=True)
class Shape:
    """The labels and kinds of edges of a graph with their properties, and its rows counted."""

    nodes: dict[str, dict[str, Type]]
    edges: dict[Ends, dict[str, Type]]
    tally: Tally = field(repr=False)

    @classmethod
    def of(cls, mark: Mapping[str, Any]) -> Shape | None:
        """What a watermark tells; nothing where it is none of a graph whose rows were counted."""
        told = json.loads(mark.get("shape") or "{}")
        if "totals" not in told:
            return None
        nodes = told["nodes"]
        edges = {(a, verb, b): of for a, verb, b, of in told["edges"]}
        columns = {name_of(named): sorted(of) for named, of in (*nodes.items(), *edges.items())}
        totals = {
            name: Total(columns[name], height, np.array(sums, dtype=np.uint64))
            for name, (height, *sums) in told["totals"].items()
        }
        return cls(nodes, edges, Tally(totals))

    def types(self, named: str | Ends) -> dict[str, Type] | None:
        """The properties of a label or of a kind of edge, if there are any of it."""
        return self.nodes.get(named) if isinstance(named, str) else self.edges.get(named)

    def shaped(self, named: str | Ends, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows in the columns of the graph.

        Raises:
            OtherShapeError: where they have more.
        """
        of = self.types(named)
        if of is None:
            return frame
        if not set(frame.columns) <= set(of):
            raise OtherShapeError(name_of(named))
        return shaped(frame, of)

    def count(self, named: str | Ends, found: Change) -> None:
        """Count in what is new of a name, and out what is gone."""
        name, held = name_of(named), self.tally.names
        if found.new.height:
            self.tally.add(name, found.new)
        self.tally.take(name, found.gone)
        of: dict[Any, dict[str, Type]] = self.nodes if isinstance(named, str) else self.edges
        if name not in held:
            of.pop(named, None)
        elif named not in of:
            of[named] = types(found.new)

    def told(self) -> str:
        """The shape as a watermark tells it."""
        nodes = dict(sorted(self.nodes.items()))
        edges = [[*ends, of] for ends, of in sorted(self.edges.items())]
        return json.dumps({"nodes": nodes, "edges": edges, **told_of(self.tally)})


def difference(old: pl.DataFrame | None, new: pl.DataFrame) -> Change:
    """What became of the rows of one name."""
    before = new.clear() if old is None else old
    found = change(before, new.select(before.columns))
    return Change(*(rows if rows.width else before.clear() for rows in (found.new, found.gone)))


def patch_of(
    before: str,
    mark: Mapping[str, Any],
    shape: Shape,
    differ: Mapping[str | Ends, Change],
    now: Mapping[Ends, pl.DataFrame],
) -> Patch:
    """The patch of these differences; `now` has all edges between pairs that changed, and others.

    The shape is brought to what it is afterwards.
    """
    nodes, gone, edges, cut = {}, {}, {}, {}
    for named, found in differ.items():
        if not found.rows:
            continue
        shape.count(named, found)
        if isinstance(named, str):
            nodes[named] = found.new
            left = found.gone["id"]
            gone[named] = left.filter(~left.is_in(found.new["id"].implode()))
        else:
            ends = ["from", "to"]
            pairs = pl.concat([found.gone.select(ends), found.new.select(ends)]).unique()
            cut[named] = pairs
            edges[named] = now[named].join(pairs, on=ends, how="semi")
    made = {"digest": shape.tally.digest(), "shape": shape.told()}
    return Patch(before, shaped_mark({**mark, **made}), nodes, gone, edges, cut)


def apply(store: GraphStore, patch: Patch) -> ProjectReport:
    """Make the store hold what the patch makes of its graph.

    Raises:
        StoreError: where another graph is there than the one that the patch is for.
    """
    begun = time.monotonic()
    store.patch(patch)
    mark = patch.mark.row(0, named=True)
    totals: dict[str, list[int]] = json.loads(mark["shape"])["totals"]
    nodes = {name: of[0] for name, of in totals.items() if "-" not in name}
    edges: dict[str, int] = {}
    for name, of in totals.items():
        if "-" in name:
            verb = name.split("-")[1]
            edges[verb] = edges.get(verb, 0) + of[0]
    changed = {
        "nodes": sum(map(len, patch.nodes.values())) + sum(map(len, patch.gone.values())),
        "edges": sum(map(len, patch.cut.values())),
    }
    seconds = time.monotonic() - begun
    return ProjectReport(
        written=True,
        digest=mark["digest"],
        nodes=nodes,
        edges=edges,
        seconds=seconds,
        changed=changed,
    )
