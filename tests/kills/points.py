"""Named points at which a writer stops until it is killed, or told to go on by a line on stdin.

`install(name)` goes into the writer's own process before it writes; there it says `at NAME`.
"""

from __future__ import annotations

import sys
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from graph_loader.stores import kglite
from graph_loader.stores.neo4j_bulk import Bulk

if TYPE_CHECKING:
    from collections.abc import Callable

    from neo4j import ManagedTransaction

    Save = Callable[[str], object]
    Work = Callable[[ManagedTransaction], int]

POINT: Final = "KILLS_POINT"
SWAP, BATCH, SETTLE = "_swap", "_batch", "_settled"
EMBEDDED: Final = ("begun", "built", "saved", "swapped")
PATCHING: Final = {
    "kglite": ("built", "saved", "swapped"),
    "neo4j": ("taken", "uncommitted 1", "committed 1", "uncommitted 4", "written", "marked"),
}
SERVED: Final = ("began", "uncommitted 1", "committed 1", "uncommitted 4", "written", "marked")


def install(name: str) -> None:
    """Stop the writers of this process at one point.

    Embedded: `begun`, nobody else may write; `built`, the new graph is whole in memory; `saved`,
    and in a file beside the old one; `swapped`, and in its place, and nobody was told. Served:
    `began`, or of a patch `taken`, the watermark says half; `uncommitted N` and `committed N`, in
    the N-th batch of rows and after it; `written`, all but the watermark is there; `marked`, and
    the watermark.
    """
    of, _, number = name.partition(" ")
    calls: dict[str, Callable[[], None]] = {
        "begun": lambda: before(kglite, "built", name),
        "built": lambda: before(kglite.KgliteStore, SWAP, name),
        "saved": lambda: while_swapping(name),
        "swapped": lambda: after(kglite.KgliteStore, SWAP, name),
        "began": lambda: before(Bulk, "_drop_edges", name),
        "taken": lambda: after(Bulk, "_take", name),
        "uncommitted": lambda: at_batch(name, int(number), within=True),
        "committed": lambda: at_batch(name, int(number), within=False),
        "written": lambda: before(Bulk, "_finish", name),
        "marked": lambda: after(Bulk, "_finish", name),
    }
    if of not in calls:
        raise ValueError(f"No point `{name}`. Known: {', '.join(calls)}.")
    calls[of]()


def stop(name: str) -> None:
    """Say where we are, and wait."""
    sys.stdout.write(f"at {name}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def before(owner: Any, part: str, name: str) -> None:  # noqa: ANN401 - a module or a class
    """Stop where it is called."""
    original = getattr(owner, part)

    @wraps(original)
    def stopped(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        stop(name)
        return original(*given, **named)

    setattr(owner, part, stopped)


def after(owner: Any, part: str, name: str) -> None:  # noqa: ANN401
    """Stop where it was called."""
    original = getattr(owner, part)

    @wraps(original)
    def stopped(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        found = original(*given, **named)
        stop(name)
        return found

    setattr(owner, part, stopped)


def while_swapping(name: str) -> None:
    """Stop between the new file and the loss of the old one."""
    original = getattr(kglite.KgliteStore, SWAP)

    def stopped(store: kglite.KgliteStore, save: Save) -> None:
        def saved(path: str) -> None:
            save(path)
            stop(name)

        original(store, saved)

    setattr(kglite.KgliteStore, SWAP, stopped)


def at_batch(name: str, number: int, *, within: bool) -> None:
    """Stop when the statements of a batch were run, before its commit or after it."""
    batch, settle = getattr(Bulk, BATCH), getattr(Bulk, SETTLE)
    calls, here = count(1), False

    @wraps(batch)
    def counted(bulk: Bulk, text: str, **given: Any) -> int:  # noqa: ANN401 - of any kind
        nonlocal here
        here = "rows" in given and next(calls) == number
        found = batch(bulk, text, **given)
        if here and not within:
            stop(name)
        return int(found)

    def settled(bulk: Bulk, work: Work) -> int:
        @wraps(work)
        def run(tx: ManagedTransaction) -> int:
            found = work(tx)
            if here and within:
                stop(name)
            return found

        return int(settle(bulk, run))

    setattr(Bulk, BATCH, counted)
    setattr(Bulk, SETTLE, settled)
