"""Bring a Neo4j database to exactly these nodes and edges, in batches that may be said twice.

Every node and edge carries the digest of the row that it was made from. What has one that the
frames lack is deleted, what the frames have beyond that is merged: a first load, a small change
and a projection that was cut short are the same work.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import neo4j
import polars as pl
from neo4j.exceptions import IncompleteCommit

from graph_loader.schema import INDEXES
from graph_loader.stores.neo4j_rows import (
    BATCH,
    DIGEST,
    batches,
    edges_of,
    merge_edges,
    merge_nodes,
    nodes_of,
)
from graph_loader.stores.protocol import WATERMARK, StoreError
from graph_loader.stores.whole import check_ends, check_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graph_loader.stores.protocol import Edges, Nodes

SECONDS: Final = 600  # for one batch
TRIES: Final = 3  # where the answer to a commit was lost, and with it whether it was one
OURS: Final = "aidgraph_"  # how the names of our constraints begin: by them a database is ours
PRIVATE: Final = "_"  # how labels begin that tools keep for themselves: Bloom's scenes
# Each transaction takes the watermark's lock, so that none of ours follows another's beginning.
FENCE: Final = (
    f"MATCH (w:{WATERMARK} {{id: 'watermark', writing: $token}}) "
    "SET w.batch = coalesce(w.batch, 0) + 1 RETURN w.batch AS n"
)
BEGIN: Final = f"MERGE (w:{WATERMARK} {{id: 'watermark'}}) SET w.writing = $token, w.digest = null"
FINISH: Final = f"MATCH (w:{WATERMARK} {{writing: $token}}) SET w.writing = null, w.batch = null"
FORGET: Final = f"MATCH (w:{WATERMARK} {{writing: $token}}) DETACH DELETE w"
MARK: Final = f"MATCH (w:{WATERMARK} {{id: 'watermark'}}) SET w += $mark"


def declare(session: neo4j.Session, labels: Iterable[str], verbs: Iterable[str]) -> None:
    """Constraints and indexes of these labels and kinds of edges."""
    for label in (WATERMARK, *labels):
        session.run(
            f"CREATE CONSTRAINT `{OURS}{label}_id` IF NOT EXISTS "
            f"FOR (n:`{label}`) REQUIRE n.id IS UNIQUE"
        ).consume()
    for verb in sorted(verbs):
        session.run(
            f"CREATE CONSTRAINT `{OURS}{verb}{DIGEST}` IF NOT EXISTS "
            f"FOR ()-[e:`{verb}`]-() REQUIRE e.{DIGEST} IS UNIQUE"
        ).consume()
    for label, name in INDEXES:
        session.run(
            f"CREATE INDEX `{OURS}{label}_{name}` IF NOT EXISTS FOR (n:`{label}`) ON (n.{name})"
        ).consume()


@dataclass(slots=True)
class Bulk:
    """One projection under way. Whoever begins later wins; who began before is told to stop."""

    session: neo4j.Session
    progress: Callable[[str, int, int], None] | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    done: int = 0
    total: int = 0

    def hold(self, nodes: Nodes, edges: Edges) -> None:
        """Everything in order: edges go before the nodes that they join, and come after them."""
        for label, frame in nodes.items():
            check_ids(label, frame)
        for ends, frame in edges.items():
            check_ends(ends, frame, nodes)
        self.total = sum(frame.height for frame in (*nodes.values(), *edges.values()))
        mark = nodes.get(WATERMARK, pl.DataFrame())
        own = {
            label: nodes_of(frame, label) for label, frame in nodes.items() if label != WATERMARK
        }
        between = {ends: edges_of(frame, ends) for ends, frame in edges.items()}
        self._declare(own, between)
        self._say(BEGIN)
        new_edges = self._drop_edges(between)
        new_nodes = self._drop_nodes(own)
        for label, frame in new_nodes.items():
            self._write(label, merge_nodes(label, frame), frame, nodes[label].height)
        for ends, frame in new_edges.items():
            self._write(ends[1], merge_edges(ends, frame), frame, edges[ends].height)
        self._finish(mark)

    def _declare(self, nodes: Nodes, edges: Edges) -> None:
        """Constraints and indexes; a database that holds what is not ours is left alone."""
        named = self._table("SHOW CONSTRAINTS YIELD name", {"name": pl.String})["name"]
        if not named.str.starts_with(OURS).any():
            others = self._table("MATCH (n) RETURN count(n) AS n", {"n": pl.Int64})["n"][0]
            if others:
                raise StoreError(
                    f"The database holds {others} nodes that no projection put there. Name an "
                    "empty one: a projection deletes whatever it did not make."
                )
        declare(self.session, nodes, {verb for _, verb, _ in edges})

    def _finish(self, mark: pl.DataFrame) -> None:
        """The new watermark, with which readers see that everything is there."""
        if mark.height:
            self._batch(MARK, mark=mark.drop("id").row(0, named=True))
            self._tell(WATERMARK, self.done + mark.height)
        self._say(FINISH if mark.height else FORGET)

    def _drop_edges(self, edges: Edges) -> Edges:
        """Delete the edges that no frame has; what is left of the frames is new."""
        new = dict(edges)
        for verb in self._names("CALL db.relationshipTypes() YIELD relationshipType AS name"):
            mine = [ends for ends in edges if ends[1] == verb]
            wanted = pl.concat([pl.Series([], dtype=pl.String), *(edges[e][DIGEST] for e in mine)])
            known = self._table(
                f"MATCH ()-[e:`{verb}`]->() RETURN e.{DIGEST} AS {DIGEST}", {DIGEST: pl.String}
            )
            gone = known.drop_nulls().filter(~pl.col(DIGEST).is_in(wanted.implode()))
            for rows in batches(gone):
                self._batch(
                    f"UNWIND $rows AS r MATCH ()-[e:`{verb}` {{{DIGEST}: r[0]}}]->() DELETE e",
                    rows=rows.rows(),
                )
            if known[DIGEST].null_count():
                self._until_none(f"MATCH ()-[e:`{verb}`]->() WHERE e.{DIGEST} IS NULL", "DELETE")
            for ends in mine:
                new[ends] = edges[ends].join(known, on=DIGEST, how="anti")
        return new

    def _drop_nodes(self, nodes: Nodes) -> Nodes:
        """Delete the nodes that no frame has; what is left of the frames is new or changed."""
        new = dict(nodes)
        for label in self._names("CALL db.labels() YIELD label AS name"):
            if label == WATERMARK or label.startswith(PRIVATE):
                continue
            if label in nodes:
                new[label] = self._drop_nodes_of(label, nodes[label])
            else:
                self._until_none(f"MATCH (e:`{label}`)", "DETACH DELETE")
        return new

    def _drop_nodes_of(self, label: str, frame: pl.DataFrame) -> pl.DataFrame:
        schema = {"id": pl.String, DIGEST: pl.String}
        query = f"MATCH (n:`{label}`) RETURN n.id AS id, n.{DIGEST} AS {DIGEST}"
        known = self._table(query, schema)
        gone = known.drop_nulls("id").join(frame, on="id", how="anti").select("id")
        for rows in batches(gone):
            self._batch(
                f"UNWIND $rows AS r MATCH (n:`{label}` {{id: r[0]}}) DETACH DELETE n",
                rows=rows.rows(),
            )
        if known["id"].null_count():
            self._until_none(f"MATCH (e:`{label}`) WHERE e.id IS NULL", "DETACH DELETE")
        return frame.join(known, on=["id", DIGEST], how="anti")

    def _write(self, name: str, text: str, frame: pl.DataFrame, height: int) -> None:
        """All rows of one frame that are not there; those that are count as done."""
        end = self.done + height
        for rows in batches(frame):
            found = self._batch(text, rows=rows.rows())
            if found != rows.height:
                raise StoreError(
                    f"{found} of {rows.height} rows of {name} found their place: "
                    "someone else writes to this graph.",
                    retryable=True,
                )
            self._tell(name, self.done + rows.height)
        self._tell(name, end)

    def _tell(self, name: str, done: int) -> None:
        self.done = done
        if self.progress:
            self.progress(name, done, self.total)

    def _until_none(self, match: str, verb: str) -> None:
        while self._batch(f"{match} WITH e LIMIT {BATCH} {verb} e RETURN count(*) AS n"):
            pass

    def _batch(self, text: str, **given: Any) -> int:  # noqa: ANN401 - whatever Bolt carries
        """One transaction, if nobody began after us; how many rows it counted."""

        @neo4j.unit_of_work(timeout=SECONDS)
        def said(tx: neo4j.ManagedTransaction) -> int:
            if not tx.run(FENCE, token=self.token).fetch(1):
                raise StoreError("Another projection of this graph began later.", retryable=True)
            return sum(record["n"] for record in tx.run(text, given))

        return self._settled(said)

    def _settled(self, work: Callable[[neo4j.ManagedTransaction], int]) -> int:
        """The work done, even where a commit's answer was lost: to say it twice changes nothing."""
        for _ in range(TRIES):
            try:
                return self.session.execute_write(work)
            except IncompleteCommit:
                continue
        says = f"The answer to a commit was lost {TRIES} times. Project again: what is there stays."
        raise StoreError(says, retryable=True)

    def _say(self, text: str) -> None:
        """One statement that is not fenced; to say it twice changes nothing."""

        @neo4j.unit_of_work(timeout=SECONDS)
        def said(tx: neo4j.ManagedTransaction) -> int:
            tx.run(text, token=self.token).consume()
            return 0

        self._settled(said)

    def _table(self, text: str, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
        found = self.session.run(neo4j.Query(text, timeout=SECONDS))
        return pl.DataFrame(found.values(), schema=schema, orient="row")

    def _names(self, text: str) -> list[str]:
        return sorted(self._table(text, {"name": pl.String})["name"])
