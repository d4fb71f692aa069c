"""`python -m tests.kills.projector URL HOME MONEY [wrong]`: a projector that waits to be killed.

The password comes by the environment. Says `ready` before it begins, and `done` after it. With
`wrong` it puts the watermark before the graph, as no projector may.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.project import mark_of, project
from graph_loader.stores.protocol import Access, open_store
from tests.stores.drawn import MARK, village

if TYPE_CHECKING:
    from graph_loader.frames import GraphFrames
    from graph_loader.stores.protocol import GraphStore

HOUSEHOLDS: Final = 8000
MORE: Final = 3  # families that come with each unit of money
PASSWORD: Final = "KILLS_PASSWORD"  # noqa: S105 - the name of a variable
WRONG: Final = "MERGE (w:Watermark {id: 'watermark'}) SET w += $mark"


def version(money: int) -> GraphFrames:
    """A village that differs from that of other money in everybody and in some families."""
    return village(HOUSEHOLDS + MORE * money, money)


def main(arguments: list[str]) -> None:
    """Project one version of the village."""
    url, home, money, *wrong = arguments
    frames = version(int(money))
    access = Access(password=os.environ.get(PASSWORD, ""))
    store = open_store(url, Path(home), access)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if wrong:
        early(store, open_store(url, Path(home), access), frames, url)
    else:
        project(store, frames, watermark=MARK)
    sys.stdout.write("done\n")
    sys.stdout.flush()
    store.close()


def early(store: GraphStore, other: GraphStore, frames: GraphFrames, url: str) -> None:
    """The watermark says that everything is there while it is written."""
    mark = {"mark": mark_of(frames, MARK).drop("id").row(0, named=True)}
    if url == "kglite":  # swapped whole: only before it can one be early
        other.write(WRONG, mark)
        store.bulk({**frames.nodes, "Watermark": mark_of(frames, MARK)}, frames.edges)
        return
    store.bulk(frames.nodes, frames.edges, progress=lambda *_: other.write(WRONG, mark))


if __name__ == "__main__":
    main(sys.argv[1:])
