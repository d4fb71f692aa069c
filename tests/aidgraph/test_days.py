"""Every command takes a day to decide for and one by which things were known, or says why not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from aidgraph.cli import app
from aidgraph.slips import NO_DAY
from tests.aidgraph.conftest import Call

LONG_AGO = "2020-01-01"
NEEDS: dict[str, tuple[str, ...]] = {
    "explain": ("H00000001",),
    "link show": ("P00000001",),
    "pack check": ("china",),
    "users add": ("somebody", "--role", "leader"),
}
DECIDES = ("match", "explain")
"""Commands that decide for whatever day is said; the others speak of a run of that day."""


def commands(of: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Each command and group that does something, by the words that call it."""
    inner = getattr(of, "commands", {})
    if path and (not inner or of.invoke_without_command):
        yield " ".join(path), of
    for name, one in inner.items():
        yield from commands(one, (*path, name))


EVERY = dict(commands(get_command(app)))
TAKES = {
    name: {option for parameter in command.params for option in parameter.opts}
    for name, command in EVERY.items()
}


@pytest.fixture(scope="module")
def own(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the county that commands may change."""
    return shutil.copytree(home, tmp_path_factory.mktemp("days") / "home")


@pytest.fixture(autouse=True)
def nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidgraph.serve.uvicorn.run", lambda *_, **__: None)


def test_every_command_was_found() -> None:
    assert {"match", "months", "serve", "county", "county check", "store rebuild"} <= set(EVERY)
    assert set(NO_DAY) <= set(EVERY)


@pytest.mark.parametrize("option", ["--as-of", "--known-at"])
@pytest.mark.parametrize("command", sorted(EVERY, key=DECIDES.__contains__))
def test_a_day_is_meant_or_refused_in_words(
    command: str, option: str, own: Path, call: Call
) -> None:
    said = call(own, *command.split(), *NEEDS.get(command, ()), option, LONG_AGO)
    line = " ".join(said.err.split())
    if option not in TAKES[command]:
        assert said.code == 2
        assert f"{option} means nothing here: {NO_DAY[command]}" in line
    elif option == "--known-at":
        assert said.code != 0
        assert f"Nothing was known on {LONG_AGO}: the first load was on" in line
    elif command in DECIDES:
        assert said.code == 0, line
    else:
        assert said.code == 2
        assert f"no run is of {LONG_AGO}" in line
