"""What tests of several folders share: the one Neo4j of a session, a count of tests a store."""

from __future__ import annotations

import sys
from collections import Counter
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import settings

from graph_loader.stores.neo4j_server import new_server
from ontology.pack import read_pack
from tests.stores.certificates import Certificates, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server
    from ontology.pack import Pack

STORES: Final = {
    "kglite": ("graph_loader.stores.kglite", "KgliteStore"),
    "neo4j": ("graph_loader.stores.neo4j", "Neo4jStore"),
}
ASKING: Final = ("read", "stream", "write", "bulk")
TLS: Final = """\
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory={folder}
dbms.ssl.policy.bolt.private_key={key}
dbms.ssl.policy.bolt.public_certificate={certificate}
server.bolt.tls_level=OPTIONAL"""

settings.register_profile("any machine", deadline=None)  # a busy one is no fault of the code
settings.load_profile("any machine")

ASKED: Final[set[str]] = set()  # by the test that runs
WATCHED: Final[set[str]] = set()
PASSED: Final[Counter[str]] = Counter()


@pytest.fixture(scope="session", autouse=True)
def java_begins_quickly() -> Iterator[None]:
    """Every Java of a session lives too briefly to be worth optimising."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Those of the session's Neo4j."""
    return signed(tmp_path_factory.mktemp("certificates"), "server")


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Server]:
    """A Neo4j of this session. Where it cannot start, every test that asks for it fails."""
    server = new_server(tmp_path_factory.mktemp("neo4j"))
    folder, key, certificate = certificates.key.parent, certificates.key, certificates.certificate
    lines = TLS.format(folder=folder, key=key.name, certificate=certificate.name)
    server.settings = tuple(lines.splitlines())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def packs_read_once() -> Iterator[None]:
    """A pack whose files are as they were is not read again for every command of a session."""
    known: dict[object, Pack] = {}

    def once(folder: Path) -> Pack:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        stats = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files]
        signature = (str(folder), *stats)
        if signature not in known:
            known[signature] = read_pack(folder)
        return known[signature]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aidgraph.road.read_pack", once)
        yield


def watch() -> None:
    """Note from now on which stores are asked, of those that somebody imported by now."""
    for kind, (module, name) in STORES.items():
        if kind not in WATCHED and module in sys.modules:
            store = getattr(sys.modules[module], name)
            for part in ASKING:
                if hasattr(store, part):
                    setattr(store, part, noting(getattr(store, part), kind))
            WATCHED.add(kind)


def noting(original: Any, kind: str) -> Any:  # noqa: ANN401 - a method of any shape
    """The method, which notes that it was called."""

    @wraps(original)
    def noted(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        ASKED.add(kind)
        return original(*given, **named)

    return noted


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Nothing is asked yet."""
    watch()
    ASKED.clear()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note what the test asked with what became of it."""
    if call.when == "call":
        item.user_properties.extend(("store", kind) for kind in sorted(ASKED))
    yield


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what passed on each store."""
    if report.when == "call" and report.passed:
        PASSED.update(str(kind) for name, kind in report.user_properties if name == "store")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests asked each store and passed."""
    if PASSED:
        says = ", ".join(f"{kind} {PASSED[kind]}" for kind in STORES)
        terminalreporter.write_line(f"stores: {says} passed")
