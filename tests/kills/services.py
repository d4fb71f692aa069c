"""A service that is killed while leaders instruct: what it said yes to is there, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import httpx
from sqlalchemy import select

from aidgraph.road import Road
from aidgraph.settings import Settings
from audit.journal import verify
from audit.tables import INSTRUCTIONS, JOURNAL
from tests.dashboards.county import AS_OF, ROOT, wait_for
from tests.kills.graphs import Kill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.dashboards.county import Place

HANDS: Final = 2
EACH: Final = 15  # instructions of one hand
ABOUT: Final = {"figure": "suspected_gaps", "filters": {}}
LEAD: Final = {"department": "civil_affairs", "part": "lead", "task": "核查"}


@dataclass(slots=True)
class Leaders:
    """Who instruct at once, and what they were told."""

    place: Place
    numbers: count[int] = field(default_factory=lambda: count(1))
    begun: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def client(self) -> httpx.Client:
        client = httpx.Client(base_url=f"{self.place.url}/api/v1", trust_env=False, timeout=60)
        client.post(
            "/session", json={"login": "leader", "password": self.place.passwords["leader"]}
        ).raise_for_status()
        return client

    def instruct(self, client: httpx.Client) -> None:
        """One instruction after another, until the service is gone or all are given."""
        for _ in range(EACH):
            words = f"第 {next(self.numbers)} 号"
            self.begun.add(words)
            body: dict[str, Any] = {
                "words": words,
                "about": ABOUT,
                "assignments": [LEAD],
                "working_days": 10,
            }
            try:
                answer = client.post("/instructions", json={**body, "give": True})
            except httpx.HTTPError:
                return
            if answer.status_code == httpx.codes.CREATED:
                self.acknowledged.add(words)

    def held(self) -> list[str]:
        """The words of every instruction that the service knows."""
        found: list[str] = []
        client = self.client()
        query: dict[str, Any] = {"limit": 200}
        while True:
            page = client.get("/instructions", params=query).raise_for_status().json()
            found += [one["words"] for one in page["items"]]
            if not page["next"]:
                client.close()
                return found
            query["cursor"] = page["next"]


@contextmanager
def served(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """The service as its own process, ready; ended with the block, whatever happens in it."""
    command = [sys.executable, "-m", "aidgraph", "serve", "--home", str(place.home)]
    with (place.home / "serve.log").open("ab") as said:
        service = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", str(place.port)],
            cwd=ROOT,
            env={**os.environ, "AIDGRAPH_AS_OF": AS_OF.isoformat()},
            stdout=said,
            stderr=said,
        )
    try:
        wait_for(place, service)
        yield service
    finally:
        service.terminate()
        service.wait()


@contextmanager
def instructing(leaders: Leaders) -> Iterator[list[threading.Thread]]:
    """Hands that instruct at once; joined at the end."""
    clients = [leaders.client() for _ in range(HANDS)]
    hands = [threading.Thread(target=leaders.instruct, args=(one,)) for one in clients]
    for hand in hands:
        hand.start()
    yield hands
    for hand in hands:
        hand.join()


def measure(leaders: Leaders) -> None:
    """Let all hands give what they have, and know how long that takes."""
    with served(leaders.place):
        began = time.monotonic()
        with instructing(leaders):
            pass
        leaders.seconds = time.monotonic() - began
    assert len(leaders.acknowledged) == HANDS * EACH


def kill_service(leaders: Leaders, random: Random) -> Kill:
    """Kill the service while leaders instruct, and read what the next one knows."""
    offset = random.uniform(0, leaders.seconds)
    known = len(leaders.acknowledged)
    with served(leaders.place) as service, instructing(leaders):
        time.sleep(offset)
        service.send_signal(signal.SIGKILL)
        service.wait()
    with served(leaders.place):
        held = Counter(leaders.held())
    lost = leaders.acknowledged - set(held)
    doubled = sum(times - 1 for times in held.values())
    torn = bool(set(held) - leaders.begun)
    said = f"{len(leaders.acknowledged) - known} more acknowledged, {held.total()} held"
    equal = journalled(leaders)
    leaders.acknowledged -= lost  # told of once
    durable = f"{known} acknowledged"
    return Kill("service", offset, durable, said, torn, len(lost), doubled, equal)


def journalled(leaders: Leaders) -> bool:
    """Whether the journal's chain holds and names each instruction as it is held, once."""
    road = Road(Settings(home=leaders.place.home, as_of=AS_OF))
    told = verify(
        road.records,
        key_file=road.settings.keys / "journal.key",
        anchor_file=leaders.place.home / "journal.anchors.jsonl",
    )
    with road.records.read() as reading:
        held = reading.execute(
            select(INSTRUCTIONS.c.id, INSTRUCTIONS.c.state, INSTRUCTIONS.c.words)
        )
        kept = [tuple(row) for row in held]
        named = select(JOURNAL.c.action, JOURNAL.c.subject).where(
            JOURNAL.c.resource == "instruction", JOURNAL.c.action.in_(("draft", "give"))
        )
        said = Counter(tuple(row) for row in reading.execute(named))
    road.records.close()
    due = Counter(("draft", made) for made, _, _ in kept)
    due.update(("give", made) for made, state, _ in kept if state != "draft")
    given = {words for _, state, words in kept if state != "draft"}
    return told.ok and said == due and leaders.acknowledged <= given
