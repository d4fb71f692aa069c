"""A graph file that is damaged is found damaged, made anew from lake and run, and both are said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING, Any

import pytest

from aidgraph.road import Road
from graph_loader.project import digest, read_watermark
from graph_loader.stores.protocol import open_store
from tests.aidgraph.conftest import settings
from tests.aidgraph.test_cli import document
from tests.api.conftest import client_of

if TYPE_CHECKING:
    from tests.aidgraph.conftest import Call

ROOT = Path(__file__).parents[2]
OTHER_BITS = 0x5A


def flipped(whole: bytes) -> bytes:
    """One byte in the middle turned."""
    turned = bytearray(whole)
    turned[len(whole) // 2] ^= OTHER_BITS
    return bytes(turned)


@pytest.fixture(scope="module")
def copied(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the county whose graph may be spoilt."""
    return shutil.copytree(home, tmp_path_factory.mktemp("damaged") / "home")


@pytest.fixture
def own(copied: Path, home: Path) -> Path:
    """The same with its graph whole again."""
    shutil.copy(home / "graph" / "graph.kgl", copied / "graph" / "graph.kgl")
    return copied


def spoil(home: Path) -> str:
    """Damage the graph; the digest that it had."""
    held = digest(open_store("kglite", home / "graph"))
    file = home / "graph" / "graph.kgl"
    file.write_bytes(flipped(file.read_bytes()))
    return held


def test_projecting_makes_it_anew_and_says_so(own: Path, call: Call) -> None:
    held = spoil(own)
    said = call(own, "project", "--json")
    told = document(said)
    assert (said.code, told["written"], told["digest"]) == (0, True, held)
    assert told["mended"].startswith("graph.kgl is damaged (")
    assert f"; {told['mended']}: made anew" in " ".join(said.err.split())
    assert digest(open_store("kglite", own / "graph")) == held


def test_an_audit_makes_it_anew_first(own: Path, call: Call) -> None:
    held = spoil(own)
    said = call(own, "audit")
    assert (said.code, "made anew" in said.err) == (0, True)
    assert "0 new, 0 changed, 0 cleared" in said.err
    assert digest(open_store("kglite", own / "graph")) == held


def test_a_check_tells_and_mends_nothing(own: Path, call: Call) -> None:
    spoil(own)
    said = call(own, "store", "check")
    assert (said.code, "graph.kgl is damaged (" in said.err) == (2, True)
    assert Road(settings(own)).damaged


def test_a_service_makes_it_anew_at_its_start_and_tells_who_asks_later(
    own: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = spoil(own)
    served: list[Any] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: served.append(app))
    said = call(own, "serve")
    assert (said.code, "made anew" in said.err) == (0, True)
    assert read_watermark(open_store("kglite", own / "graph"))["digest"] == held
    client = client_of(served[0])
    assert client.get("/health").json()["graph"] == "whole"
    spoil(own)
    assert client.get("/health").json()["graph"] == "away"
    call(own, "project")
    assert client.get("/health").json()["graph"] == "whole"


def test_a_service_killed_while_it_projects_leaves_that_to_the_next(
    own: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = spoil(own)
    command = [sys.executable, "-m", "tests.kills.stopped", "saved", "serve", "--home", str(own)]
    with subprocess.Popen(command, cwd=ROOT, stdout=PIPE, stdin=PIPE, text=True) as service:  # noqa: S603
        assert "at saved\n" in iter(service.stdout.readline, "") if service.stdout else False
        service.kill()
    assert Road(settings(own)).damaged
    assert list((own / "graph").glob("*.tmp"))
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    assert "made anew" in call(own, "serve").err
    assert digest(open_store("kglite", own / "graph")) == held
    assert list((own / "graph").glob("*.tmp")) == []


def test_nothing_is_mended_where_nothing_is_broken(own: Path, call: Call) -> None:
    file = own / "graph" / "graph.kgl"
    before = file.stat().st_mtime_ns
    assert "made anew" not in call(own, "project").err
    assert file.stat().st_mtime_ns == before
    file.unlink()
    assert not Road(settings(own)).damaged
    said = call(own, "audit")
    assert (said.code, "aidgraph project" in said.err) == (2, True)
