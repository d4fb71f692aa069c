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
from graph_loader.stores.chunks import chunks
from graph_loader.stores.neo4j_rows import (
    BATCH,
    DIGEST,
    batches,
    edges_of,
    merge_edges,
    merge_nodes,
    nodes_of,
)
from graph_loader.stores.protocol import ANOTHER, WATERMARK, StoreError
from graph_loader.stores.whole import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from graph_loader.patch import Patch
    from graph_loader.stores.chunks import Ends, Rows
    from graph_loader.stores.protocol import Edges, Nodes

SECONDS: Final = 600  # for one batch
DECLARING: Final = 3600  # seconds for a constraint over all edges of one kind
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
TAKE: Final = (
    f"MATCH (w:{WATERMARK} {{id: 'watermark', digest: $before}}) "
    "SET w.writing = $token, w.digest = null RETURN count(w) AS n"
)
MARK: Final = f"MATCH (w:{WATERMARK} {{id: 'watermark'}}) SET w += $mark"


NOTHING: Final = pl.Series([], dtype=pl.String)


def declare(session: neo4j.Session, labels: Iterable[str], verbs: Iterable[str]) -> None:
    """Constraints and indexes of these labels and kinds of edges."""
    texts = [
        f"CREATE CONSTRAINT `{OURS}{label}_id` IF NOT EXISTS "
        f"FOR (n:`{label}`) REQUIRE n.id IS UNIQUE"
        for label in (WATERMARK, *labels)
    ]
    texts += [
        f"CREATE CONSTRAINT `{OURS}{verb}{DIGEST}` IF NOT EXISTS "
        f"FOR ()-[e:`{verb}`]-() REQUIRE e.{DIGEST} IS UNIQUE"
        for verb in sorted(verbs)
    ]
    texts += [
        f"CREATE INDEX `{OURS}{label}_{name}` IF NOT EXISTS FOR (n:`{label}`) ON (n.{name})"
        for label, name in INDEXES
    ]
    for text in texts:
        session.run(neo4j.Query(text, timeout=DECLARING)).consume()


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
        ids = ids_of(nodes)
        for ends, rows in edges.items():
            for chunk in chunks(rows, "from", "to"):
                ids.check(ends, chunk)
        self.total = sum(rows.height for rows in (*nodes.values(), *edges.values()))
        own = {label: rows for label, rows in nodes.items() if label != WATERMARK}
        self._declare(own, edges)
        self._say(BEGIN)
        known = self._drop_edges(edges)
        self._drop_labels(own)
        for label, rows in own.items():
            self._hold_nodes(label, rows)
        for ends, rows in edges.items():
            self._hold_edges(ends, rows, known.get(ends[1], NOTHING))
        self._finish(next(chunks(nodes[WATERMARK]), None) if WATERMARK in nodes else None)

    def change(self, patch: Patch) -> None:
        """Only what a patch names: edges go before the nodes that they join, and come after them.

        Raises:
            StoreError: where another graph is there than the one that the patch is for.
        """
        self._declare(patch.nodes, patch.edges)
        self._take(patch.before)
        for (source, verb, target), pairs in patch.cut.items():
            text = (
                f"UNWIND $rows AS r MATCH (:`{source}` {{id: r[0]}})-[e:`{verb}`]->"
                f"(:`{target}` {{id: r[1]}}) DELETE e"
            )
            for part in batches(pairs):
                self._batch(text, rows=part.rows())
        for label, ids in patch.gone.items():
            self._delete(label, ids)
        for label, frame in patch.nodes.items():
            rows = nodes_of(frame, label)
            self._write(label, merge_nodes(label, rows), rows, NOTHING)
        for ends, frame in patch.edges.items():
            rows = edges_of(frame, ends)
            self._write(ends[1], merge_edges(ends, rows), rows, NOTHING)
        self._finish(patch.mark)

    def _declare(self, nodes: Nodes, edges: Edges) -> None:
        """Constraints and indexes; a database that holds what is not ours is left alone."""
        if not any(name.startswith(OURS) for name in self._names("SHOW CONSTRAINTS YIELD name")):
            others = self.session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"]
            if others:
                raise StoreError(
                    f"The database holds {others} nodes that no projection put there. Name an "
                    "empty one: a projection deletes whatever it did not make."
                )
        declare(self.session, nodes, {verb for _, verb, _ in edges})

    def _take(self, before: str) -> None:
        """Begin, if the graph is the one of this digest."""

        @neo4j.unit_of_work(timeout=SECONDS)
        def taken(tx: neo4j.ManagedTransaction) -> int:
            found: int = tx.run(TAKE, token=self.token, before=before).single(strict=True)["n"]
            return found

        if not self.session.execute_write(taken):
            raise StoreError(ANOTHER, retryable=True)

    def _finish(self, mark: pl.DataFrame | None) -> None:
        """The new watermark, with which readers see that everything is there."""
        if mark is not None:
            self._batch(MARK, mark=mark.drop("id").row(0, named=True))
            self._tell(WATERMARK, self.done + mark.height)
        self._say(FORGET if mark is None else FINISH)

    def _drop_edges(self, edges: Edges) -> dict[str, pl.Series]:
        """Delete the edges that are not wanted; the digests of those that are there, by verb."""
        kept = {}
        for verb in self._names("CALL db.relationshipTypes() YIELD relationshipType AS name"):
            query = f"MATCH ()-[e:`{verb}`]->() RETURN e.{DIGEST} AS {DIGEST}"
            known = self._column(query)
            mine = [(ends, rows) for ends, rows in edges.items() if ends[1] == verb]
            wanted = [pl.Series([], dtype=pl.String)]
            if known.len():
                wanted += [edges_of(c, ends)[DIGEST] for ends, rows in mine for c in chunks(rows)]
            there = known.is_in(pl.concat(wanted).implode())
            for rows in batches(known.filter(~there).drop_nulls().to_frame()):
                self._batch(
                    f"UNWIND $rows AS r MATCH ()-[e:`{verb}` {{{DIGEST}: r[0]}}]->() DELETE e",
                    rows=rows.rows(),
                )
            if known.null_count():
                self._until_none(f"MATCH ()-[e:`{verb}`]->() WHERE e.{DIGEST} IS NULL", "DELETE")
            kept[verb] = known.filter(there)
        return kept

    def _drop_labels(self, nodes: Nodes) -> None:
        """Delete the nodes of labels that are not wanted."""
        for label in self._names("CALL db.labels() YIELD label AS name"):
            if label not in nodes and label != WATERMARK and not label.startswith(PRIVATE):
                self._until_none(f"MATCH (e:`{label}`)", "DETACH DELETE")

    def _hold_nodes(self, label: str, rows: Rows) -> None:
        """Delete the nodes of a label that are not wanted, and write what is new or changed."""
        ids = pl.concat([pl.Series("id", [], pl.String), *(c["id"] for c in chunks(rows, "id"))])
        found = self._column(f"MATCH (n:`{label}`) RETURN n.id AS id")
        self._delete(label, found.filter(~found.is_in(ids.implode())).drop_nulls())
        if found.null_count():
            self._until_none(f"MATCH (e:`{label}`) WHERE e.id IS NULL", "DETACH DELETE")
        known = self._column(f"MATCH (n:`{label}`) RETURN n.{DIGEST} AS {DIGEST}")
        for chunk in chunks(rows):
            frame = nodes_of(chunk, label)
            self._write(label, merge_nodes(label, frame), frame, known)

    def _delete(self, label: str, ids: pl.Series) -> None:
        for part in batches(ids.to_frame("id")):
            self._batch(
                f"UNWIND $rows AS r MATCH (n:`{label}` {{id: r[0]}}) DETACH DELETE n",
                rows=part.rows(),
            )

    def _hold_edges(self, ends: Ends, rows: Rows, known: pl.Series) -> None:
        for chunk in chunks(rows):
            frame = edges_of(chunk, ends)
            self._write(ends[1], merge_edges(ends, frame), frame, known)

    def _write(self, name: str, text: str, frame: pl.DataFrame, known: pl.Series) -> None:
        """The rows that are not there; those that are count as done."""
        end = self.done + frame.height
        new = frame.filter(~pl.col(DIGEST).is_in(known.implode()))
        for rows in batches(new):
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

    def _column(self, text: str) -> pl.Series:
        """All values of a query's one column; texts, as many as there are."""
        found = self.session.run(neo4j.Query(text, timeout=SECONDS))
        return pl.Series(found.keys()[0], (record[0] for record in found), dtype=pl.String)

    def _names(self, text: str) -> list[str]:
        return sorted(self._column(text))
