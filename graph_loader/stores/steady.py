"""A graph read through its watermark: the rows of one whole graph of one run, or an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graph_loader.stores.protocol import WATERMARK, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph_loader.stores.protocol import GraphStore

MARK: Final = f"MATCH (w:{WATERMARK} {{id: 'watermark'}}) RETURN w.run AS run, w.digest AS digest"
TRIES: Final = 3
AGAIN: Final = "`aidgraph store check` tells more, `aidgraph store rebuild` makes it anew"


class UnsteadyError(StoreError):
    """A graph that is being made anew, or whose making was cut short: nothing is read of it."""

    def __init__(self, says: str) -> None:
        super().__init__(f"{says}. Try again in a moment; where that does not help, {AGAIN}.")
        self.retryable = True


@dataclass(frozen=True, slots=True)
class Steady:
    """What a store holds of one run.

    Neo4j is written in place and its readers see half of it, so the watermark is read before a
    query and after it.
    """

    store: GraphStore
    run: str

    def read(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of one query.

        Raises:
            UnsteadyError: where the graph is not whole, changes all the time, or is another run's.
        """
        before = self.digest()
        for _ in range(TRIES):
            rows = self.store.read(query, parameters)
            after = self.digest()
            if after == before:
                return rows
            before = after
        raise UnsteadyError("The graph changes faster than it can be read")

    def digest(self) -> str:
        """What tells this graph from every other.

        Raises:
            UnsteadyError: as `read`.
        """
        mark = next(iter(self.store.read(MARK)), None)
        if mark is None:
            raise UnsteadyError("The graph was never projected, or is being dropped")
        if mark["digest"] is None:
            raise UnsteadyError("The graph is being projected, or its projection was cut short")
        if mark["run"] != self.run:
            says = f"The graph holds run {mark['run']}, what was found is of run {self.run}"
            raise UnsteadyError(says)
        return str(mark["digest"])
