"""Projectors and servers that are killed while a graph is written, and what is held after it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.project import digest, digest_of, held, project, read_watermark
from graph_loader.stores.protocol import open_store
from tests.kills.projector import PASSWORD, version
from tests.stores.drawn import MARK

if TYPE_CHECKING:
    from random import Random

    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore

WARM: Final = 3  # projections until their seconds are those of the others
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: of what, when, what was held after it, and what came of taking it up again.

    `torn`: the graph said that it is whole and was not. `lost` and `doubled` are nodes and edges
    after the projection was taken up again; `equal` is whether its digest is that of the frames.
    Of a service: instructions that it had said yes to, and whether the journal's chain holds.
    """

    of: str
    offset: float
    before: str
    torn: bool
    lost: int
    doubled: int
    equal: bool

    @property
    def harmless(self) -> bool:
        return self.equal and not (self.torn or self.lost or self.doubled)

    def told(self) -> str:
        return json.dumps(
            {
                "kill": self.of,
                "offset_ms": round(self.offset * 1000),
                "held_after": self.before,
                "torn": self.torn,
                "lost": self.lost,
                "doubled": self.doubled,
                "digest_equal": self.equal,
            }
        )


@dataclass(slots=True)
class Place:
    """A store that projectors write to, the version that it holds, and how long one takes."""

    home: Path
    server: Server | None = None
    money: int = 1
    seconds: float = 0.0

    @property
    def url(self) -> str:
        return self.server.url if self.server else "kglite"

    @property
    def name(self) -> str:
        return "neo4j" if self.server else "kglite"

    def store(self) -> GraphStore:
        """The graph as a reader finds it now."""
        access = self.server.access if self.server else None
        return open_store(self.url, self.home, access)

    def begin(self, money: int, *, wrong: bool = False) -> subprocess.Popen[str]:
        """A projector that has said that it begins."""
        command = [sys.executable, "-m", "tests.kills.projector", self.url, str(self.home)]
        password = self.server.password if self.server else ""
        child = subprocess.Popen(  # noqa: S603
            [*command, str(money), *["wrong"] * wrong],
            cwd=ROOT,
            env={**os.environ, PASSWORD: password},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        return child

    def settle(self) -> None:
        """Hold the first version, and know how long the way to another takes."""
        store = self.store()
        project(store, version(self.money), watermark=MARK)
        store.close()
        for _ in range(WARM):
            self.money += 1
            with self.begin(self.money) as child:
                began = time.monotonic()
                assert child.stdout is not None
                assert child.stdout.readline() == "done\n"
                self.seconds = time.monotonic() - began


def kill_projector(place: Place, random: Random, *, wrong: bool = False) -> Kill:
    """Kill a projector at a moment of its way, and take it up again."""
    offset = random.uniform(0, place.seconds)
    with place.begin(place.money + 1, wrong=wrong) as child:
        time.sleep(offset)
        child.send_signal(signal.SIGKILL)
        child.wait()
    return after(place, f"projector of {place.name}", offset)


def kill_server(place: Place, random: Random) -> Kill:
    """Kill the server while a projector writes to it, bring it back, and take it up again."""
    assert place.server is not None
    offset = random.uniform(0, place.seconds)
    with place.begin(place.money + 1) as child:
        time.sleep(offset)
        place.server.kill()
        child.kill()
        child.wait()
    place.server.start()
    return after(place, "server of neo4j", offset)


def after(place: Place, of: str, offset: float) -> Kill:
    """What is held now, and what came of projecting the version that was under way."""
    old, new = version(place.money), version(place.money + 1)
    store = place.store()
    mark, found = read_watermark(store).get("digest"), digest(store)
    names = {None: "says half", digest_of(old): "old", digest_of(new): "new"}
    torn = mark is not None and (mark not in names or mark != found)
    project(store, new, watermark=MARK)
    whole = held(store)
    gaps = [frame.height - whole.nodes[label].height for label, frame in new.nodes.items()]
    gaps += [frame.height - whole.edges[ends].height for ends, frame in new.edges.items()]
    equal = digest(store) == digest_of(new) and not list(place.home.glob("*.tmp"))
    store.close()
    place.money += 1
    lost, doubled = sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0)
    return Kill(of, offset, names.get(mark, "neither"), torn, lost, doubled, equal)
