"""Projectors and servers that are killed while a graph is written, and what is held after it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.held import held
from graph_loader.project import digest, digest_of, project, read_watermark
from graph_loader.stores.protocol import open_store
from tests.kills.points import EMBEDDED, PATCHING, POINT, SERVED
from tests.kills.projector import HOUSEHOLDS, PASSWORD, version
from tests.stores.drawn import MARK

if TYPE_CHECKING:
    from random import Random

    from graph_loader.frames import GraphFrames
    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore

WARM: Final = 3  # projections until their seconds are those of the others
EARLY: Final = {"kglite": "begun", "neo4j": "uncommitted 2"}  # where an early watermark shows
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: of what, when or where, what was durable before it, and what is held after it.

    `torn`: the graph said that it is whole and was not. `lost` and `doubled` are nodes and edges
    after the projection was taken up again; `equal` is whether its digest is that of the frames.
    `planted`: by a projector that is wrong on purpose.
    Of a service: instructions that it had said yes to, and whether the journal names just these.
    """

    of: str
    when: float | str
    durable: str
    held: str
    torn: bool
    lost: int
    doubled: int
    equal: bool
    planted: bool = False

    @property
    def harmless(self) -> bool:
        return self.equal and not (self.torn or self.lost or self.doubled)

    def told(self) -> str:
        when: dict[str, object] = {"point": self.when}
        if not isinstance(self.when, str):
            when = {"offset_ms": round(self.when * 1000)}
        told = {
            "kill": self.of,
            **when,
            "durable_before": self.durable,
            "held_after": self.held,
            "torn": self.torn,
            "lost": self.lost,
            "doubled": self.doubled,
            "digest_equal": self.equal,
        }
        return json.dumps(told, ensure_ascii=False)


@dataclass(slots=True)
class Place:
    """A store that projectors write to, the version that it holds, and how long one takes."""

    home: Path
    server: Server | None = None
    households: int = HOUSEHOLDS
    money: int = 1
    seconds: float = 0.0
    patching: bool = False

    @property
    def url(self) -> str:
        return self.server.url if self.server else "kglite"

    @property
    def name(self) -> str:
        return "neo4j" if self.server else "kglite"

    @property
    def of(self) -> str:
        """What writes to it: all of a graph, or what differs."""
        return f"{'patch' if self.patching else 'projector'} of {self.name}"

    @property
    def points(self) -> tuple[str, ...]:
        """Where its projectors can be stopped."""
        if self.patching:
            return PATCHING[self.name]
        return SERVED if self.server else EMBEDDED

    def version(self, money: int) -> GraphFrames:
        """What a projector of so much money writes."""
        return version(money, self.households)

    def durable(self) -> str:
        """The version that is held while another one is written over it."""
        return f"version {self.money}, digest {digest_of(self.version(self.money))[:12]}"

    def store(self) -> GraphStore:
        """The graph as a reader finds it now."""
        access = self.server.access if self.server else None
        return open_store(self.url, self.home, access)

    def begin(self, money: int, point: str = "", *, wrong: bool = False) -> subprocess.Popen[str]:
        """A projector that has said that it begins."""
        how = ["wrong"] if wrong else ["patch"] * self.patching
        command = [sys.executable, "-m", "tests.kills.projector", self.url, str(self.home)]
        password = self.server.password if self.server else ""
        child = subprocess.Popen(  # noqa: S603
            [*command, str(money), str(self.households), *how],
            cwd=ROOT,
            env={**os.environ, PASSWORD: password, POINT: point},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert heard(child) == "ready"
        return child

    def settle(self, times: int = WARM) -> None:
        """Hold the first version, and know how long the way to another takes."""
        store = self.store()
        project(store, self.version(self.money), watermark=MARK)
        store.close()
        for _ in range(times):
            self.measure()

    def measure(self) -> None:
        """The way to the next version, and how long it takes."""
        self.money += 1
        with self.begin(self.money) as child:
            began = time.monotonic()
            assert heard(child) == "done"
            self.seconds = time.monotonic() - began


def heard(child: subprocess.Popen[str]) -> str:
    """The next line that a projector says."""
    assert child.stdout is not None
    return child.stdout.readline().rstrip("\n")


def let_go(child: subprocess.Popen[str]) -> None:
    """Have one that stopped go on."""
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def kill_projector(place: Place, random: Random) -> Kill:
    """Kill a projector at a moment of its way, and take it up again."""
    offset = random.uniform(0, place.seconds)
    with place.begin(place.money + 1) as child:
        time.sleep(offset)
        child.send_signal(signal.SIGKILL)
        child.wait()
    return after(place, place.of, offset)


def kill_at(place: Place, point: str, *, wrong: bool = False) -> Kill:
    """Kill a projector at a named point of its way, and take it up again."""
    with place.begin(place.money + 1, point, wrong=wrong) as child:
        assert heard(child) == f"at {point}"
        child.send_signal(signal.SIGKILL)
        child.wait()
    return after(place, place.of, point)


def planted(place: Place) -> Kill:
    """Kill a projector that puts the watermark first; the place is of no use after it."""
    point = EARLY["neo4j" if place.server else "kglite"]
    return replace(kill_at(place, point, wrong=True), planted=True)


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


def after(place: Place, of: str, when: float | str) -> Kill:
    """What is held now, and what came of projecting the version that was under way."""
    durable = place.durable()
    old, new = place.version(place.money), place.version(place.money + 1)
    store = place.store()
    mark, found = read_watermark(store).get("digest"), digest(store)
    names = {None: "says half", digest_of(old): "old", digest_of(new): "new"}
    torn = mark is not None and (mark not in names or mark != found)
    project(store, new, watermark=MARK)
    whole = Counter[object]()
    for named, frame in held(store):
        whole[named] += frame.height
    wanted = (*new.nodes.items(), *new.edges.items())
    gaps = [frame.height - whole[named] for named, frame in wanted]
    equal = digest(store) == digest_of(new) and not list(place.home.glob("*.tmp"))
    store.close()
    place.money += 1
    lost, doubled = sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0)
    said = names.get(mark, "neither")
    return Kill(of, when, durable, said, torn, lost, doubled, equal)
