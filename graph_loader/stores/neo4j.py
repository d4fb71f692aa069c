"""Neo4j behind the protocol: read sessions for questions, batches that repeat harmlessly."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j import exceptions as faults

from graph_loader.stores.neo4j_bulk import Bulk
from graph_loader.stores.neo4j_trust import mistrusted, trusting
from graph_loader.stores.neo4j_values import to_row
from graph_loader.stores.protocol import Access, Edges, Nodes, StoreError, one_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from graph_loader.patch import Patch

T = TypeVar("T")
SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PATIENCE: Final = 5.0  # seconds for which a lost server is asked again
CONNECTING: Final = 10.0  # seconds for a connection
WRITING: Final = 600  # seconds for one statement that writes
TOO_LONG: Final = "Neo.ClientError.Transaction.TransactionTimedOut"
NO_MEMORY: Final = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError")
GONE: Final = (faults.ServiceUnavailable, faults.SessionExpired, OSError)
REFUSED: Final = (ValueError, TypeError, OverflowError)


class Neo4jStore:
    """A Neo4j database that holds one projection and nothing else."""

    def __init__(self, url: str, access: Access) -> None:
        self._url, self._access = url, access
        with self._told():
            self._driver = opened(url, access)

    def read(
        self,
        query: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = 180,
        rows: int | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of one query; the server refuses every write here."""
        text = one_statement(query)

        @neo4j.unit_of_work(timeout=seconds)
        def asked(tx: neo4j.ManagedTransaction) -> list[dict[str, Any]]:
            with bounded():
                found = tx.run(text, dict(parameters or {}))
                records = list(found) if rows is None else found.fetch(rows)
                found.consume()
                return [to_row(record) for record in records]

        with self._told(), self._session(neo4j.READ_ACCESS) as session:
            return said_again(lambda: session.execute_read(asked))

    def stream(
        self, query: str, parameters: Mapping[str, Any] | None = None, *, seconds: float = 3600
    ) -> Iterator[dict[str, Any]]:
        """The rows one by one, as many as there are; a lost server ends them with an error."""
        text = neo4j.Query(one_statement(query), timeout=seconds)
        with self._told(), self._session(neo4j.READ_ACCESS) as session:
            for record in session.run(text, dict(parameters or {})):
                yield to_row(record)

    def write(self, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run one statement; what it wrote is on the server's disk when this returns."""
        text = one_statement(query)

        @neo4j.unit_of_work(timeout=WRITING)
        def said(tx: neo4j.ManagedTransaction) -> None:
            with bounded():
                tx.run(text, dict(parameters or {})).consume()

        with self._told(), self._session(neo4j.WRITE_ACCESS) as session:
            session.execute_write(said)

    def bulk(
        self,
        nodes: Nodes,
        edges: Edges,
        *,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Bring the database to these frames: what changed is written, what is gone is deleted.

        The database has no copy to swap, so a reader may meanwhile see both. The watermark has no
        digest until its last transaction, and one that is cut short is taken up where it ended.
        """
        with self._told(), self._session(neo4j.WRITE_ACCESS) as session:
            Bulk(session, progress).hold(nodes, edges)

    def patch(self, patch: Patch) -> None:
        """The same for what changed, without reading what is there.

        One that is cut short leaves a graph without a digest, which `bulk` takes up.
        """
        with self._told(), self._session(neo4j.WRITE_ACCESS) as session:
            Bulk(session).change(patch)

    def clear(self) -> None:
        """Hold nothing."""
        self.bulk({}, {})

    def close(self) -> None:
        """Let go of the connections."""
        self._driver.close()

    def _told(self) -> AbstractContextManager[None]:
        return told(self._url, self._access)

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(
            database=self._access.database, default_access_mode=access, fetch_size=5000
        )


def opened(url: str, access: Access) -> neo4j.Driver:
    """A driver for this address; nothing is asked of the server yet."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise StoreError(f"No scheme `{parts.scheme}`. Known: {', '.join(SCHEMES)}.")
    if parts.username or parts.password:
        raise StoreError(
            "Addresses are printed and logged: take user and password out of AIDGRAPH_STORE and "
            "set AIDGRAPH_STORE_USER and AIDGRAPH_STORE_PASSWORD."
        )
    url, trusted = trusting(url, access)
    return neo4j.GraphDatabase.driver(
        url,
        auth=(access.user, access.password) if access.password else None,
        user_agent="aidgraph",
        max_transaction_retry_time=PATIENCE,
        connection_acquisition_timeout=CONNECTING,
        connection_timeout=CONNECTING,
        notifications_min_severity="OFF",
        **trusted,
    )


@contextmanager
def bounded() -> Iterator[None]:
    """A query that outgrew the server's memory is not tried again: it would outgrow it again."""
    try:
        yield
    except faults.TransientError as error:
        if (error.code or "").endswith(NO_MEMORY):
            raise StoreError(
                "The query needs more memory than the server allows one: ask in smaller parts."
            ) from error
        raise


def said_again(reading: Callable[[], T]) -> T:
    """What only reads, once more where its end was lost: there is nothing that it could double."""
    try:
        return reading()
    except faults.IncompleteCommit:
        try:
            return reading()
        except faults.IncompleteCommit as error:
            raise faults.ServiceUnavailable(said(error)) from error


@contextmanager
def told(url: str, access: Access) -> Iterator[None]:
    """Every error of the driver as a StoreError that says whether trying again can help."""
    address = urlsplit(url).netloc
    try:
        yield
    except faults.AuthError as error:
        raise StoreError(
            f"Neo4j at {address} refuses this user and password. Set AIDGRAPH_STORE_USER and "
            "AIDGRAPH_STORE_PASSWORD."
        ) from error
    except faults.IncompleteCommit as error:
        raise StoreError(
            f"Neo4j at {address} went away while it wrote: look whether it did before trying again."
        ) from error
    except GONE as error:
        if mistrusted(error, url, access):
            raise StoreError(
                f"Neo4j at {address} shows no certificate that we trust: {said(error)} Set "
                "AIDGRAPH_STORE_AUTHORITY to the file of the authority that signed it."
            ) from error
        raise StoreError(
            f"Neo4j at {address} does not answer: {said(error)}", retryable=True
        ) from error
    except faults.Neo4jError as error:
        if (error.code or "").startswith(TOO_LONG):
            says = "The query took too long: name a key or a smaller part."
            raise StoreError(says) from error
        raise StoreError(
            f"The graph refused it: {said(error)}", retryable=error.is_retryable()
        ) from error
    except (faults.DriverError, *REFUSED) as error:
        raise StoreError(f"The graph refused it: {said(error)}") from error


def said(error: BaseException) -> str:
    """The error in one line, in the server's own words."""
    words = getattr(error, "message", None) or str(error) or type(error).__name__
    return next(iter(str(words).splitlines()))
