"""A county larger than settings say goes the road in parts, and nobody can tell by what comes."""

from datetime import date
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from aidgraph.road import Road
from aidgraph.serve import regions
from aidgraph.settings import Settings
from audit.report import to_json as report_of
from graph_loader.digest import digest_of
from matching.months import InParts, Kept, decide_months
from matching.reasons import to_json
from matching.run import run_table
from tests.aidgraph.conftest import settings

TABLES = ("decisions", "missing", "conflicts", "leaves")


def table(road: Road, name: str) -> pl.DataFrame:
    """A table of the road's run, its rows in order."""
    found = run_table(road.settings.runs, road.run, name)
    flat = found.with_columns(cs.by_dtype(pl.List(pl.String)).list.join("|"))
    return flat.sort(flat.columns)


def large(home: Path, size: int, as_of: date | None = None) -> Road:
    """The installation, for which a county of more than so many households is a large one."""
    said = settings(home)
    return Road(Settings(home=home, part=size, as_of=as_of or said.as_of))


@pytest.fixture(scope="module")
def whole(home: Path) -> Road:
    """The county as one."""
    road = Road(settings(home))
    assert not road.large
    return road


@pytest.mark.parametrize("size", [350, 150])
def test_parts_save_the_run_that_the_whole_saves(size: int, whole: Road, tmp_path: Path) -> None:
    (tmp_path / "lake").symlink_to(whole.settings.lake.resolve())
    road, told = large(tmp_path, size), list[tuple[int, int]]()
    run = road.match(lambda _, done, total: told.append((done, total)))
    assert run == whole.run
    for name in TABLES:
        assert table(road, name).equals(table(whole, name)), name
    assert told == [(n, len(told)) for n in range(len(told))]
    assert len(told) > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "runs"]


def test_a_large_county_is_reported_and_explained_as_a_small_one(
    home: Path, whole: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = whole.findings.frame["household"].drop_nulls().unique().sort()
    ids = [*homes.sample(3, seed=1), whole.population.persons["id"][5]]
    expected = [to_json(whole.explain(unit_id, "en")) for unit_id in ids]
    report = report_of(whole.report())
    road = large(home, 79)
    monkeypatch.setattr("aidgraph.road.population", None)  # nobody holds everyone
    assert [to_json(road.explain(unit_id, "en")) for unit_id in ids] == expected
    assert report_of(road.report()) == report
    assert regions(road).sort().equals(regions(whole).sort())


def test_the_graph_of_a_large_county_is_that_of_a_small_one(
    home: Path, whole: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole.graph() as (graph, expected):
        rows = {name: rows.height for name, rows in (*graph.nodes.items(), *graph.edges.items())}
        digest = digest_of(graph)
    road = large(home, 150)
    monkeypatch.setattr("aidgraph.road.population", None)  # nobody holds everyone
    with road.graph() as (graph, mark):
        assert mark == expected
        assert rows == {n: rows.height for n, rows in (*graph.nodes.items(), *graph.edges.items())}
        assert digest_of(graph) == digest
    assert not list(home.glob("graph-*"))


def test_months_decided_in_parts_are_those_of_the_whole(whole: Road, tmp_path: Path) -> None:
    days, on = [date(2025, 12, 31), whole.as_of], whole.as_of
    kept = {name: Kept(tmp_path / name) for name in ("whole", "parts")}
    assert decide_months(whole.read, whole.pack, days, kept["whole"], on) == len(days)
    told = list[tuple[str, int, int]]()
    parts = InParts(350, tmp_path / "scratch")
    decide_months(
        whole.read,
        whole.pack,
        days,
        kept["parts"],
        on,
        progress=lambda *at: told.append(at),
        parts=parts,
    )
    assert len(told) > 1 + 2 * len(days)
    assert not list(parts.scratch.iterdir())
    for day in days:
        assert kept["parts"].about(day) == kept["whole"].about(day)
        for name in ("rows", "parts"):
            one, other = (kept[how].read(day, name) for how in ("parts", "whole"))
            assert other.height > 100
            assert one.sort(one.columns).equals(other.sort(one.columns)), (day, name)


def test_another_day_is_told_of_one_home_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 9, 30)
    small, road = Road(Settings(home=home, as_of=day)), large(home, 79, day)
    small.decide()
    expected = to_json(small.explain("H00000007", "zh"))
    monkeypatch.setattr("aidgraph.road.population", None)
    road.decide()
    told = to_json(road.explain("H00000007", "zh"))
    assert told == expected
    assert told["as_of"] == str(day)


def test_an_id_that_nobody_has_is_nobodys_in_a_large_county_too(home: Path) -> None:
    with pytest.raises(KeyError, match="H99999999"):
        large(home, 79).explain("H99999999", "zh")
