"""A relay on the loopback that cuts connections where a test wants it: by bytes or by messages."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from graph_loader.stores.neo4j_server import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

Way = Literal["up", "down"]

COMMIT: Final = bytes.fromhex("0002b0120000")  # the message of Bolt, with its length and its end
SIZE: Final = 1 << 16
AT_ONCE: Final = struct.pack("ii", 1, 0)  # a reset, nothing of what is under way arrives


@dataclass(slots=True)
class Cut:
    """Where the next connection breaks: behind so many bytes, or at the n-th message like this.

    At a message: in its middle, or with `answered` when the server has done what it says and the
    answer is on its way back. `times` such cuts are made, then everything passes.
    """

    way: Way = "up"
    behind: int = 0
    message: bytes = b""
    number: int = 1
    answered: bool = False
    times: int = 1


@dataclass(slots=True)
class Proxy:
    """The relay to one port, and what passed it since it was last told what to cut."""

    port: int
    listening: socket.socket = field(default_factory=socket.socket)
    cut: Cut | None = None
    away: bool = False
    cuts: int = 0
    passed: dict[Way, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    commits: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    swallowing: set[socket.socket] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Bolt without routing, which would lead around us."""
        return f"bolt://{HOST}:{self.listening.getsockname()[1]}"

    def arm(self, cut: Cut | None) -> None:
        """Count anew, and cut there."""
        with self.lock:
            self.cut, self.cuts, self.commits = cut, 0, 0
            self.passed = {"up": 0, "down": 0}

    def serve(self) -> None:
        """Relay until the listening socket is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                if self.away:
                    client.close()
                    continue
                server = socket.create_connection((HOST, self.port))
                for way in ("up", "down"):
                    ends = (client, server) if way == "up" else (server, client)
                    threading.Thread(target=self.relay, args=(way, *ends), daemon=True).start()

    def relay(self, way: Way, source: socket.socket, target: socket.socket) -> None:
        """Hand on what comes, as far as it may."""
        with suppress(OSError):
            while data := source.recv(SIZE):
                with self.lock:
                    allowed = self.allowed(way, data, source, target)
                if allowed:
                    target.sendall(data[:allowed])
                if allowed < len(data):
                    break
        for end in (source, target):
            close(end)

    def allowed(self, way: Way, data: bytes, source: socket.socket, target: socket.socket) -> int:
        """How many of these bytes pass; fewer than all of them end the connection."""
        before = self.passed[way]
        self.passed[way] += len(data)
        self.commits += data.count(COMMIT) if way == "up" else 0
        passing = len(data)
        if way == "down" and source in self.swallowing:
            self.swallowing.discard(source)
            passing = 0
        elif self.cut and self.cut.way == way and self.cuts < self.cut.times:
            passing = self.until(self.cut, before, data, target)
        self.cuts += passing < len(data)
        return passing

    def until(self, cut: Cut, before: int, data: bytes, target: socket.socket) -> int:
        """How many of these bytes stand before the cut."""
        if not cut.message:
            return max(0, min(cut.behind - before, len(data)))
        if cut.message in data:
            cut.number -= 1
        if cut.message not in data or cut.number > 0:
            return len(data)
        if cut.answered:
            self.swallowing.add(target)
            return len(data)
        return data.index(cut.message) + len(cut.message) // 2


def close(end: socket.socket) -> None:
    """End a connection at once, whoever reads from it."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def relayed(port: int) -> Iterator[Proxy]:
    """A relay to this port of the loopback, until the block ends."""
    proxy = Proxy(port)
    proxy.listening.bind((HOST, 0))
    proxy.listening.listen()
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        close(proxy.listening)
