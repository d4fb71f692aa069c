"""What a store holds of some people and households: they, what is recorded of them, their edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.held import BATCH, LONG, edges_of, nodes_of
from graph_loader.schema import empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graph_loader.patch import Shape
    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore

UNITS: Final = ("Household", "Person")
SHARED: Final = (
    *("Region", "Department", "Programme", "Criterion", "Article", "Act", "Account"),
    *("Finding", "Instruction", "Watermark"),
)
"""Labels that are of nobody: the pack's, and what rows of many people name."""
ACROSS: Final = ("QUALIFIES_FOR", "HAS_STEP", "COINCIDES_WITH")
"""Edges that are compared by themselves."""


@dataclass(frozen=True, slots=True)
class Held:
    """A store's nodes and edges, found by ids, in the columns that its shape says."""

    store: GraphStore = field(repr=False)
    shape: Shape = field(repr=False)

    def nodes(self, label: str, ids: pl.Series) -> pl.DataFrame:
        """The nodes of a label with these ids."""
        of = self.shape.nodes.get(label, {"id": "text"})
        parts = self._parts(ids) if label in self.shape.nodes else iter(())
        return pl.concat([empty(of), *(nodes_of(self.store, label, of, part) for part in parts)])

    def edges(self, ends: Ends, ids: pl.Series) -> pl.DataFrame:
        """The edges of a kind that leave these nodes."""
        of = self.shape.edges[ends]
        parts = (edges_of(self.store, ends, of, part) for part in self._parts(ids))
        return pl.concat([empty(of), *parts])

    def all_edges(self, ends: Ends) -> pl.DataFrame:
        """Every edge of a kind."""
        leaving = self._asked(f"MATCH (a:{ends[0]})-[e:{ends[1]}]->(b:{ends[2]}) RETURN a.id AS id")
        return self.edges(ends, leaving)

    def where(self, label: str, column: str, values: pl.Series) -> pl.DataFrame:
        """The nodes of a label of which a column says one of these."""
        if column not in self.shape.nodes.get(label, {}):
            return self.nodes(label, pl.Series([], dtype=pl.String))
        text = f"MATCH (n:{label}) WHERE n.{column} IN $ids RETURN n.id AS id"
        return self.nodes(label, self._asked(text, values))

    def columns(self, label: str, columns: list[str]) -> pl.DataFrame:
        """Some columns of all nodes of a label, as texts."""
        said = ", ".join(f"n.{name} AS {name}" for name in columns)
        rows = self.store.read(f"MATCH (n:{label}) RETURN {said}", seconds=LONG)
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))

    def records(self) -> list[str]:
        """The labels of what is recorded of people and households."""
        return [label for label in self.shape.nodes if label not in (*UNITS, *SHARED)]

    def near(
        self, ids: pl.Series, named: Mapping[str, pl.Series]
    ) -> tuple[dict[str, pl.DataFrame], dict[Ends, pl.DataFrame]]:
        """The units of these ids and their records, and records that are named by their own ids.

        With them come the edges that leave them, but for those that are compared by themselves.
        """
        records = self.records()
        seek = {key: [ids] for key in UNITS} | {one: self._of(one, ids) for one in records}
        nodes = {
            label: self.nodes(label, pl.concat([*found, named.get(label, ids.clear())]).unique())
            for label, found in seek.items()
            if label in self.shape.nodes
        }
        edges = {
            ends: self.edges(ends, nodes[ends[0]]["id"])
            for ends in self.shape.edges
            if ends[0] in nodes and ends[1] not in ACROSS
        }
        return nodes, edges

    def pointing(self, label: str, ids: pl.Series) -> pl.DataFrame:
        """How many edges lead to each of these nodes: id, n."""
        found = [pl.DataFrame(schema={"id": pl.String, "n": pl.Int64})]
        for a, verb, b in self.shape.edges:
            if b == label:
                text = (
                    f"MATCH (a:{a})-[e:{verb}]->(b:{b}) WHERE b.id IN $ids "
                    "RETURN b.id AS id, count(*) AS n"
                )
                rows = self.store.read(text, {"ids": ids.to_list()}, seconds=LONG)
                found.append(pl.DataFrame(rows, schema=found[0].schema))
        return pl.concat(found).group_by("id").agg(pl.col("n").sum())

    def _of(self, label: str, ids: pl.Series) -> list[pl.Series]:
        """The ids of the records of a label that an edge joins to one of these units."""
        found = [ids.clear()]
        for a, verb, b in self.shape.edges:
            text = f"MATCH (a:{a})-[e:{verb}]->(b:{b}) WHERE "
            if a in UNITS and b == label:
                found.append(self._asked(f"{text}a.id IN $ids RETURN b.id AS id", ids))
            if a == label and b in UNITS:
                found.append(self._asked(f"{text}b.id IN $ids RETURN a.id AS id", ids))
        return found

    def _asked(self, text: str, ids: pl.Series | None = None) -> pl.Series:
        given: dict[str, Any] = {} if ids is None else {"ids": ids.to_list()}
        rows = self.store.read(text, given, seconds=LONG)
        return pl.Series("id", [row["id"] for row in rows], pl.String).unique()

    def _parts(self, ids: pl.Series) -> Iterator[list[str]]:
        return (part.to_list() for part in _slices(ids))


def _slices(ids: pl.Series) -> Iterator[pl.Series]:
    return (ids.slice(at, BATCH) for at in range(0, ids.len(), BATCH))
