"""What the application serves: the records, the pack, and what the latest run knows."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from api.problems import Problem

if TYPE_CHECKING:
    import polars as pl

    from audit.figure_parts import FigureFacts
    from audit.findings import Readable
    from audit.records import Records
    from cypher.question import Question
    from matching.run import Run
    from ontology.pack import Pack

Row = dict[str, Any]
DEPARTMENTS = """
MATCH (h:Household {id: $household})-[:HAS_MEMBER*0..1]-(x)-[:ENROLLED_IN]->(p:Programme)
MATCH (d:Department)-[:RUNS]->(p)
RETURN DISTINCT d.id AS department
ORDER BY department
"""


@dataclass(frozen=True)
class State:
    """One run, and everything that was decided and found in it.

    `explain` gives one household's reasons (`matching.reasons.to_json`), `origins` the files and
    lines of records, `lacks` the data that a question which could not be asked would need.
    `decided_then` makes the last refusal of a unit under a programme again, or the decision on an
    application by its number, from what its day knew; it raises LookupError where there is none.
    """

    run: Run
    made_at: str
    decisions: pl.DataFrame
    store: Readable
    lacks: Mapping[str, Sequence[str]]
    explain: Callable[[str, str], Row]
    origins: Callable[[Sequence[str]], list[Row]]
    facts: FigureFacts
    decided_then: Callable[[str, str | None, str | None, str], Row]
    measured: dict[Any, Any] = field(default_factory=dict)  # figures, until anything changes


class Latest:
    """The state of the newest run: opened when first asked for, and again when there is a newer.

    `newest` names it at little cost (None: there is none), `open_state` opens it. While one caller
    opens, the others still get the state before.
    """

    def __init__(
        self, newest: Callable[[], Hashable | None], open_state: Callable[[], State]
    ) -> None:
        self._newest, self._open = newest, open_state
        self._lock = Lock()
        self._held: tuple[Hashable, State] | None = None

    def __call__(self) -> State | None:
        name = self._newest()
        if name is None:
            return None
        held = self._held
        if held is not None and (held[0] == name or self._lock.locked()):
            return held[1]
        with self._lock:
            if self._held is None or self._held[0] != name:
                self._held = held = (name, self._open())
                settle()
            return self._held[1]


def settle() -> None:
    """Keep the collector of cycles from what is held now: a walk over it is a tenth of a second.

    What was kept from it before is looked at once more, so that a state before this one goes.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Service:
    """The application's own state. `latest` gives the state of the latest run, if there is one."""

    records: Records
    pack: Pack
    questions: Mapping[str, Question]
    latest: Callable[[], State | None]
    keys: Path

    @property
    def state(self) -> State:
        """The state of the latest run."""
        found = self.latest()
        if found is None:
            raise Problem("no-data")
        return found

    @property
    def key_file(self) -> Path:
        return self.keys / "journal.key"

    @property
    def anchor_file(self) -> Path:
        return self.keys.parent / "journal.anchors.jsonl"

    def departments_of(self, household: str) -> list[str]:
        """The departments whose programmes a household or its members were granted."""
        rows = self.state.store.read(DEPARTMENTS, {"household": household})
        return [row["department"] for row in rows]


def word(text: Mapping[str, str] | None, lang: str) -> str | None:
    """A label in the reader's language, else in another."""
    return (text.get(lang) or next(iter(text.values()), None)) if text else None


def yuan(fen: int | None) -> str | None:
    """Money in fen as a decimal text in yuan."""
    if fen is None:
        return None
    sign, whole = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
