"""A later delivery of few changed facts: only those whom they touch are decided anew."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from aidgraph.road import Road
from matching.run import Run
from tests.aidgraph.conftest import quiet, settings
from tests.aidgraph.test_parts import TABLES, table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.aidgraph.conftest import Call

EARNINGS = "个人所得_202610.csv"


def earn(home: Path, row: int, amount: str) -> str:
    """The month's earnings delivered again with one amount changed; whose it is, by number."""
    file = home / "files" / EARNINGS
    lines = file.read_bytes().decode("gb18030").splitlines()
    cells = lines[row].split(",")
    lines[row] = ",".join([*cells[:-1], amount])
    again = home / "again" / EARNINGS
    again.parent.mkdir(exist_ok=True)
    again.write_bytes("\n".join([*lines, ""]).encode("gb18030"))
    return cells[0]


@pytest.fixture(scope="module")
def later(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county after a delivery in which one person's earnings differ."""
    own = tmp_path_factory.mktemp("later") / "home"
    shutil.copytree(home, own)
    earn(own, 5, "1.00")
    road = Road(settings(own))
    road.load([own / "again"], quiet)
    road.link()
    return own


def test_one_changed_row_decides_its_household_and_the_rest_is_taken_over(
    call: Call, later: Path, home: Path
) -> None:
    whose = earn(later, 5, "1.00")
    told = call(later, "match", "--json")
    assert told.code == 0, told.err
    before = Road(settings(home)).run
    assert f"1 changed row: 1 of {households(later)} households decided anew" in told.err
    anew = json.loads(told.out)["anew"]
    assert anew == {
        "why": "", "rows": 1, "households": 1, "of": households(later), "before": before.id,
    }  # fmt: skip
    road = Road(settings(later))
    few = road.run, {name: table(road, name) for name in TABLES}
    assert few[0].lake_version > before.lake_version
    assert changed(table(Road(settings(home)), "leaves"), few[1]["leaves"]) <= {
        home_of(road, whose)
    }
    told = call(later, "match", "--everyone")
    assert "everyone decided anew: as asked" in told.err
    road = Road(settings(later))
    assert road.run == few[0]
    for name in TABLES:
        assert table(road, name).equals(few[1][name]), name


def households(home: Path) -> int:
    count: int = Road(settings(home)).lake.read("households").collect().height
    return count


def home_of(road: Road, number: str) -> str:
    """The household of who bears a number."""
    rows = road.population.persons.filter(pl.col("number") == number)
    return str(rows["household"].item())


def changed(before: pl.DataFrame, now: pl.DataFrame) -> set[str]:
    """The homes of which something was decided otherwise."""
    both = pl.concat([before, now])
    return set(both.filter(~both.is_duplicated())["home"])


def test_another_day_is_decided_for_everyone(later: Path) -> None:
    road = Road(settings(later).model_copy(update={"as_of": None}))
    first = road.run
    assert isinstance(first, Run)
    other = Road(settings(later, first.as_of.replace(day=30)))
    other.match()
    assert other.anew.why == f"the last run is of {first.as_of}"
