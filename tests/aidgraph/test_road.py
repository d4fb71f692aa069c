"""The whole road over a small county: what was planted is found, and twice is as once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from aidgraph.county_check import check
from aidgraph.road import NotYetError, Road
from aidgraph.settings import Settings
from audit.tables import EPISODES, FINDINGS
from demo.scenarios import KINDS
from tests.aidgraph.conftest import Call, quiet, settings

STRANGERS = Path(__file__).parent / "strangers"


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The county's score with the strangers' scenarios beside the shipped ones."""
    scenarios = [(STRANGERS / "facts.csv", STRANGERS / "truth.csv")]
    return check(settings(tmp_path_factory.mktemp("scored")), 200, scenarios)


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_kind_is_found_and_nothing_else(kind: str, score: dict[str, Any]) -> None:
    told = score["kinds"][kind]
    assert told["planted"] >= 4
    assert told["near_misses"] >= 4
    assert told["found"] == told["planted"]
    assert (told["recall"], told["precision"]) == (1.0, 1.0)


def test_unknowns_stay_undetermined_and_name_what_is_missing(score: dict[str, Any]) -> None:
    told = score["unknowns"]
    assert told["planted"] >= 18
    assert told["undetermined"] == told["missing_named"] == told["planted"]
    assert score["wrong"] == {}


def test_dirty_rows_are_handled_and_no_clean_row_is_refused(score: dict[str, Any]) -> None:
    told = score["dirty"]
    assert told["planted"] > 100
    assert told["handled"] == told["planted"]
    assert told["false_refusals"] == 0


def findings(home: Path) -> list[tuple[Any, ...]]:
    """Every finding with its evidence and its episodes."""
    told = select(FINDINGS.c.id, FINDINGS.c.evidence_digest, EPISODES.c.number, EPISODES.c.ended_at)
    joined = told.join(EPISODES, EPISODES.c.finding == FINDINGS.c.id)
    with Road(settings(home)).records.read() as reading:
        return sorted(tuple(row) for row in reading.execute(joined))


def test_the_road_twice_changes_nothing(home: Path, tmp_path: Path, call: Call) -> None:
    again = shutil.copytree(home, tmp_path / "home")
    before = findings(again)
    said = call(again, "demo", "--households", "200", "--json")
    assert said.code == 0
    assert "0 rows: 0 accepted, 0 refused, 0 new" in said.err
    assert f"{len(before)} findings: 0 new, 0 changed, 0 cleared" in said.err
    assert findings(again) == before
    assert len({row[0] for row in before}) == len(before) > 100
    load = json.loads(said.out)["load"]
    assert load["read"] == load["accepted"] + load["refused"] > 10_000


def test_a_pack_changed_after_the_run_explains_nothing_of_it(home: Path, tmp_path: Path) -> None:
    pack = shutil.copytree(settings(home).pack, tmp_path / "china")
    with (pack / "standards" / "assumed.csv").open("a", encoding="utf-8") as standards:
        standards.write("db,32,999,CNY/person/month,2026-01-01,,demo:assumed\n")
    changed = Settings(home=home, as_of=settings(home).as_of, pack=pack)
    with pytest.raises(NotYetError, match="the pack has changed since run R"):
        Road(changed).decided  # noqa: B018


def test_files_in_another_order_decide_the_same(home: Path, tmp_path: Path) -> None:
    road = Road(settings(tmp_path / "home"))
    files = sorted((home / "files").iterdir(), reverse=True)
    half = len(files) // 2
    for some in (files[half:], files[:half]):
        road.load(some, quiet)
        road.link()
    assert road.match().digest == Road(settings(home)).run.digest


def test_the_graph_is_a_projection(home: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(home, tmp_path / "home")
    before = Road(settings(copy)).findings.frame
    shutil.rmtree(copy / "graph")
    road = Road(settings(copy))
    assert road.rebuild(quiet).written
    assert road.findings.frame.equals(before)
