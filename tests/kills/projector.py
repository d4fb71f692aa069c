"""`python -m tests.kills.projector URL HOME MONEY HOUSEHOLDS [HOW]`: one that may be killed.

The password and the point at which it stops come by the environment. Says `ready` before it begins,
`at POINT` where it stops, and at its end `done`, or `again` or `refused` and why. HOW is `patch`,
where it writes only what differs from the version before, or `wrong`, where it puts the watermark
before the graph, as no projector may.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.patch import Shape, apply, difference, patch_of
from graph_loader.project import mark_of, project
from graph_loader.stores import neo4j_rows
from graph_loader.stores.protocol import Access, StoreError, open_store
from tests.kills.points import POINT, install
from tests.stores.drawn import MARK, village

if TYPE_CHECKING:
    from graph_loader.changes import Change
    from graph_loader.frames import GraphFrames
    from graph_loader.patch import Patch
    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore

HOUSEHOLDS: Final = 3000
MORE: Final = 3  # families that come with each unit of money
PASSWORD: Final = "KILLS_PASSWORD"  # noqa: S105 - the name of a variable
WRONG: Final = "MERGE (w:Watermark {id: 'watermark'}) SET w += $mark"


def version(money: int, households: int) -> GraphFrames:
    """A village that differs from that of other money in everybody and in some families."""
    return village(households + MORE * money, money)


def main(arguments: list[str]) -> None:
    """Project one version of the village."""
    url, home, money, households, *how = arguments
    frames = version(int(money), int(households))
    several = max(1, int(households) // 2)  # rows of a batch
    setattr(neo4j_rows, "BATCH", several)  # noqa: B010 - it is final for everyone else
    access = Access(password=os.environ.get(PASSWORD, ""))
    store = open_store(url, Path(home), access)
    write = partial(project, store, frames, watermark=MARK)
    if "patch" in how:
        write = partial(apply, store, patch_from(version(int(money) - 1, int(households)), frames))
    say("ready")
    try:
        if "wrong" in how:
            early(store, open_store(url, Path(home), access), frames, url)
        else:
            write()
    except StoreError as error:
        say(f"{'again' if error.retryable else 'refused'} {error}")
    else:
        say("done")
    store.close()


def patch_from(old: GraphFrames, new: GraphFrames) -> Patch:
    """What makes the graph of one version that of another."""
    mark = mark_of(old, MARK).row(0, named=True)
    shape = Shape.of(mark)
    assert shape is not None
    differ: dict[str | Ends, Change] = {
        **{label: difference(old.nodes[label], rows) for label, rows in new.nodes.items()},
        **{ends: difference(old.edges[ends], rows) for ends, rows in new.edges.items()},
    }
    return patch_of(mark["digest"], MARK, shape, differ, new.edges)


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def early(store: GraphStore, other: GraphStore, frames: GraphFrames, url: str) -> None:
    """The watermark says that everything is there while it is written."""
    mark = {"mark": mark_of(frames, MARK).drop("id").row(0, named=True)}
    if url == "kglite":  # swapped whole: only before it can one be early
        other.write(WRONG, mark)
        stop_where_told()
        store.bulk({**frames.nodes, "Watermark": mark_of(frames, MARK)}, frames.edges)
        return
    stop_where_told()
    store.bulk(frames.nodes, frames.edges, progress=lambda *_: other.write(WRONG, mark))


def stop_where_told() -> None:
    """Stop from now on at the point that the environment names, if it names one."""
    if point := os.environ.get(POINT):
        install(point)


if __name__ == "__main__":
    if "wrong" not in sys.argv:
        stop_where_told()
    main(sys.argv[1:])
