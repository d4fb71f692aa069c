"""Two loaders at once: one goes through, the other is told to try again, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl

from demo.county import make
from tests.commits.step import at_home, quiet
from tests.dashboards.county import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = 5
AGAIN = "Try again when it has ended."


def begun(home: Path, files: Path) -> subprocess.Popen[str]:
    """`aidgraph load` of a folder, as a process of its own."""
    words = ["-m", "aidgraph", "load", str(files), "--home", str(home)]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, stderr=pipe, stdout=pipe, text=True)  # noqa: S603


def halves(home: Path) -> tuple[Path, Path]:
    """The county's files in two folders, each kind of file in one of them."""
    both = home / "one", home / "other"
    for folder in both:
        folder.mkdir()
    for number, file in enumerate(sorted((home / "files").iterdir())):
        file.rename(both[number % 2] / file.name)
    return both


def stated(home: Path) -> dict[str, pl.DataFrame]:
    """Departments' rows as they are held, whichever load brought them."""
    lake = at_home(home).lake
    tables = [table for table in lake.tables() if table.startswith("rows_")]
    rows = {table: lake.read(table).drop("_load").collect() for table in tables}
    return {table: some.select(sorted(some.columns)).sort(pl.all()) for table, some in rows.items()}


def test_of_two_loaders_at_once_one_is_told_to_try_again(tmp_path: Path) -> None:
    make(tmp_path, households=FAMILIES)
    folders = halves(tmp_path)
    children = [begun(tmp_path, folder) for folder in folders]
    said = [child.communicate()[1] for child in children]
    codes = [child.returncode for child in children]
    assert 0 in codes, said
    late = [at for at, code in enumerate(codes) if code]
    assert [codes[at] for at in late] == [2] * len(late)
    assert all(AGAIN in " ".join(said[at].split()) for at in late), said
    for at in late:
        again = begun(tmp_path, folders[at])
        assert (again.communicate()[1].count(AGAIN), again.returncode) == (0, 0)
    other = tmp_path / "in turn"
    road = at_home(other)
    for folder in folders:
        road.load([folder], quiet)
    road.link()
    together, in_turn = stated(tmp_path), stated(other)
    assert len(together) > 50
    assert together.keys() == in_turn.keys()
    assert [table for table, rows in together.items() if not rows.equals(in_turn[table])] == []
    people = [at_home(home).lake.read("people").collect().height for home in (tmp_path, other)]
    assert people[0] == people[1] > 0
