"""What was known on an earlier day: decided again from what had been loaded by then."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from aidgraph.road import Road
from aidgraph.settings import Settings
from tests.aidgraph.conftest import Call, quiet, settings
from tests.dashboards.county import ENROLLED, grant

EARLIER, BEFORE = "2026-10-31", "2026-10-30"


@pytest.fixture
def granted(home: Path, tmp_path: Path) -> tuple[Path, str]:
    """A county loaded in October, and one family's grant that came since; the family."""
    later = shutil.copytree(home, tmp_path / "home")
    for version in (later / "lake" / "_versions").glob("*.json"):
        told = json.loads(version.read_text(encoding="utf-8"))
        version.write_text(json.dumps(told | {"made": f"{EARLIER}T12:00:00+00:00"}))
    road = Road(settings(later))
    asked = (pl.col("question") == "never_applied") & (pl.col("programme") == "MZ01")
    family = road.findings.frame.filter(asked)["household"][0]
    members = road.population.members.filter(pl.col("household") == family)["person"]
    people = road.lake.read("people").filter(pl.col("person").is_in(members.implode())).collect()
    name, number = people.select("name", "id_number").row(0)
    grant(later / "files" / ENROLLED, name, number)
    road.load([later / "files" / ENROLLED], quiet)
    road.link()
    road.match()
    return later, family


def enrolled(call: Call, home: Path, family: str, *options: str) -> bool:
    """Whether the minimum living guarantee is said to be granted."""
    said = call(home, "explain", family, "--programme", "MZ01", "--json", *options)
    assert said.code == 0, said.err
    (one,) = json.loads(said.out)["programmes"]
    assert one["status"] == "eligible"
    return bool(one["enrolled"])


def test_what_was_loaded_later_was_not_known_then(granted: tuple[Path, str], call: Call) -> None:
    home, family = granted
    assert enrolled(call, home, family)
    assert not enrolled(call, home, family, "--known-at", EARLIER, "--as-of", EARLIER)
    assert enrolled(call, home, family)


def test_before_the_first_load_nothing_was_known(granted: tuple[Path, str], call: Call) -> None:
    home, family = granted
    said = call(home, "explain", family, "--known-at", BEFORE)
    assert said.code != 0
    assert f"Nothing was known on {BEFORE}: the first load was on {EARLIER}." in said.err


def test_what_was_to_be_found_then_leaves_the_graph_of_now(
    home: Path, granted: tuple[Path, str], call: Call
) -> None:
    later, _ = granted
    then = ("--known-at", EARLIER, "--as-of", EARLIER)
    now = Road(settings(later)).run
    graph = (later / "graph" / "graph.kgl").read_bytes()
    assert call(later, "match", *then).code == 0
    assert call(later, "project", *then).code == 0
    said = call(later, "report", "--json", *then)
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["run"]["lake_version"] < now.lake_version
    assert told["load"] == Road(settings(home)).loaded() != Road(settings(later)).loaded()
    assert (later / "report" / f"known-{EARLIER}" / "report.html").exists()
    assert not (later / "report" / "report.html").exists()
    assert (later / "graph" / "graph.kgl").read_bytes() == graph
    assert Road(settings(later)).run == now


def test_findings_are_kept_of_what_is_known_now(
    granted: tuple[Path, str], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = granted
    monkeypatch.setenv("AIDGRAPH_KNOWN_AT", EARLIER)
    said = call(home, "audit")
    assert said.code != 0
    assert re.search("findings are kept of what is known now", said.err.replace("\n", " "))


def test_without_a_day_it_is_decided_for_the_day_by_which_it_was_known(
    granted: tuple[Path, str],
) -> None:
    home, _ = granted
    shutil.rmtree(home / "runs")
    road = Road(Settings(home=home, known_at=date.fromisoformat(EARLIER)))
    assert road.day == date.fromisoformat(EARLIER)
