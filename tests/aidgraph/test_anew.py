"""A later delivery of few changed facts: only those whom they touch are decided and written."""

from __future__ import annotations

import json
import shutil
from datetime import date
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from aidgraph.graph_change import change_of
from aidgraph.graph_parts import mark_of
from aidgraph.monthly import Counts, decide_from, since_lost
from aidgraph.road import Road
from graph_loader.project import digest, digest_of, read_watermark
from matching.monthly import KEYS
from tests.aidgraph.conftest import quiet, settings
from tests.aidgraph.test_parts import TABLES, table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.aidgraph.conftest import Call

FIRST = date(2026, 8, 1)
EARNINGS = "个人所得_202610.csv"
SOURCES = 14
LATE = 1000


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


def households(home: Path) -> int:
    return Road(settings(home)).households


def home_of(road: Road, number: str) -> str:
    """The household of who bears a number."""
    rows = road.population.persons.filter(pl.col("number") == number)
    return str(rows["household"].item())


def changed(before: pl.DataFrame, now: pl.DataFrame) -> set[str]:
    """The homes of which something was decided otherwise."""
    both = pl.concat([before, now])
    return set(both.filter(~both.is_duplicated())["home"])


def test_one_changed_row_decides_and_writes_its_household_alone(
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
    leaves = table(Road(settings(home)), "leaves"), table(road, "leaves")
    assert changed(*leaves) <= {home_of(road, whose)}
    told = call(later, "project", "--json")
    written = json.loads(told.out)["changed"]
    assert 1 <= written["nodes"] <= 3
    assert written["edges"] < 20
    assert f"{written['nodes']} nodes and {written['edges']:,} edges changed" in told.err
    mark = read_watermark(road.store)
    assert (mark["run"], mark["digest"]) == (road.run.id, digest(road.store))
    road.store.close()


def touch(road: Road, random: Random) -> None:
    """Rows of many sources withdrawn, changed, made somebody else's or nobody's, and new ones."""
    people = road.lake.read("people").collect()["id_number"]
    frames = {}
    for source in random.sample(sorted(road.pack.sources), SOURCES):
        rows = road.lake.read(f"rows_{source}").collect()
        row = rows.sample(min(1, rows.height), seed=random.randrange(LATE))
        row = row.with_columns(_load=pl.lit(LATE, pl.Int64))
        other = random.choice([None, people[random.randrange(len(people))]])
        match random.choice(["gone", "whose", "new"]):
            case "gone":
                row = row.with_columns(_gone=pl.lit(value=True))
            case "whose" if "person_number" in row.columns:
                row = row.with_columns(person_number=pl.lit(other, pl.String))
            case _:
                row = row.with_columns(_key=pl.lit("new"))
        frames[f"rows_{source}"] = row
    road.lake.commit(frames)
    road.link()


def test_changes_of_many_kinds_give_the_run_and_the_graph_of_everyone(later: Path) -> None:
    touch(Road(settings(later)), Random(3))  # noqa: S311 - rows
    road = Road(settings(later))
    road.match()
    assert road.anew.why == ""
    assert road.anew.rows > 5
    assert 5 < road.anew.households < road.anew.of / 2
    few, tables = road.run, {name: table(road, name) for name in TABLES}
    told = road.project(quiet)
    assert told.changed is not None
    assert digest(road.store) == told.digest
    road.store.close()
    whole = Road(settings(later))
    assert whole.match(everyone=True) == few
    for name in TABLES:
        assert table(whole, name).equals(tables[name]), name
    with whole.graph() as (graph, _):
        assert digest_of(graph) == told.digest


def test_since_when_outlives_a_change_where_months_are_taken_over(
    later: Path, home: Path, tmp_path: Path, call: Call
) -> None:
    own = shutil.copytree(home, tmp_path / "home")
    before = Road(settings(own))
    assert decide_from(before, FIRST, before.as_of, quiet) == Counts(3, 3, 0)
    before.project(quiet)
    before.store.close()
    shutil.copytree(later / "again", own / "again")
    assert call(own, "load", str(own / "again")).code == 0
    assert call(own, "match").code == 0
    assert since_lost(Road(settings(own)))
    told = call(own, "months", "--from", "2026-08")
    assert "0 decided, 3 taken over but for whom changes touch" in told.err
    road = Road(settings(own))
    assert not since_lost(road)
    written = road.project(quiet)
    assert written.changed is not None
    assert written.changed["edges"] < 20
    assert written.digest == digest(road.store)
    since = table_of(road)
    whole = Road(settings(own))
    shutil.rmtree(whole.months.folder)
    assert decide_from(whole, FIRST, whole.as_of, quiet) == Counts(3, 0, 3)
    shutil.rmtree(whole.settings.months)
    assert decide_from(whole, FIRST, whole.as_of, quiet) == Counts(3, 3, 0)
    assert table_of(whole).equals(since)
    with whole.graph() as (graph, _):
        assert digest_of(graph) == written.digest
    road.store.close()


def test_months_that_were_decided_after_a_graph_was_made_are_told_by_the_next(
    later: Path, home: Path, tmp_path: Path
) -> None:
    """The graph of the run before says nothing of since when, though its months are kept by now."""
    own = shutil.copytree(home, tmp_path / "home")
    before = Road(settings(own))
    assert decide_from(before, FIRST, before.as_of, quiet) == Counts(3, 3, 0)
    road = Road(settings(own))
    road.load([later / "again"], quiet)
    road.link()
    road.match()
    assert decide_from(road, FIRST, road.as_of, quiet) == Counts(3, 0, 3)
    written = road.project(quiet)
    assert written.changed is not None
    assert written.changed["edges"] > 50
    with road.graph() as (graph, _):
        assert digest_of(graph) == written.digest == digest(road.store)
    road.store.close()


def table_of(road: Road) -> pl.DataFrame:
    """Since when, of everyone who qualifies."""
    return road.months.since(road.as_of).sort(*KEYS)


def test_another_day_is_decided_and_projected_for_everyone(later: Path) -> None:
    first = Road(settings(later)).run
    other = Road(settings(later, first.as_of.replace(day=30)))
    other.match()
    assert other.anew.why == f"the last run is of {first.as_of}"
    assert change_of(other, mark_of(other)) is None
    other.store.close()
