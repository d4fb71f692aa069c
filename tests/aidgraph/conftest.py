"""A small county that went the whole road once, and the command line called as people call it."""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from aidgraph.cli import DEMO_AS_OF, main
from aidgraph.road import Road
from aidgraph.settings import Settings
from demo.county import make
from ontology.pack import read_pack

HOUSEHOLDS = 200


class Said(NamedTuple):
    """How a call ended, and what it wrote."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


def settings(home: Path, as_of: date | None = DEMO_AS_OF) -> Settings:
    return Settings(home=home, as_of=as_of)


def quiet(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="session", autouse=True)
def packs_read_once() -> Iterator[None]:
    """Packs do not change here, and reading one takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aidgraph.road.read_pack", cache(read_pack))
        yield


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of 200 ordinary families, all the way to its findings."""
    folder = tmp_path_factory.mktemp("small") / "home"
    make(folder, households=HOUSEHOLDS)
    road = Road(settings(folder))
    road.load([road.settings.files], quiet)
    road.link()
    road.match()
    road.project(quiet)
    road.audit()
    return folder


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`aidgraph …` in a home."""

    def said(home: Path, *arguments: str) -> Said:
        monkeypatch.setenv("AIDGRAPH_HOME", str(home))
        monkeypatch.setattr(sys, "argv", ["aidgraph", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return Said(int(end.value.code or 0), out, err)

    return said
