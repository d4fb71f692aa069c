"""The harness at a tiny size: every engine that is there says the same; the page tells it all."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from ontology.pack import read_pack
from ontology.to_frame import Frames, Role
from tests.benchmarks import county, deciding, payments, six, stores, workload
from tests.benchmarks.__main__ import Task, in_a_process, planned
from tests.benchmarks.clock import Cost, median
from tests.benchmarks.page import page
from tests.benchmarks.peers import present

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = {"processor": "2 × drawn", "memory": "24 GiB"}


@pytest.mark.parametrize("engine", [*six.OURS, *present()])
def test_every_engine_says_what_numpy_says(engine: str) -> None:
    told = six.measure(engine, 2000, times=1)
    assert told["agrees"], told["counts"]
    assert told["decisions"] == 2 * 2000 + 4 * told["persons"]


def test_a_blank_that_cannot_matter_decides_all_the_same() -> None:
    homes = {"assets": np.array([0.0, 0.0]), "car": np.array([True, False])}
    persons = {
        "age": np.array([70, 70]),
        "grade": np.array([0, 1]),
        "income": np.array([0.0, 0.0]),
        "own_pay": np.array([0.0, 20_000.0]),
        "no_support": np.array([True, True]),
    }
    world = workload.World(np.array([0, 1]), homes, persons)
    gaps = {name: np.array([False, False]) for name in (*homes, *persons)}
    gaps["assets"] = np.array([True, True])
    assert workload.answers_with_blanks(world, gaps) == {
        "dibao": (0, 1),
        "margin": (0, 1),
        "nursing": (1, 1),
        "living": (0, 1),
        "medical": (0, 1),
        "tekun": (1, 0),
    }
    assert six.by_aidgraph(world, 1, gaps).counts == workload.answers_with_blanks(world, gaps)


def test_a_population_repeated_keeps_its_families_apart() -> None:
    rows = {
        "household": pl.DataFrame({"id": ["H1", "H2"]}),
        "person": pl.DataFrame({"id": ["P1", "P2", "P3"], "household": ["H2", "H1", None]}),
    }
    frames = Frames(rows, {"has_member": Role("household", "person", np.array([1, 0, -1]))})
    twice = deciding.repeated(frames, 2)
    assert twice.rows["person"]["household"].to_list() == [
        *("0.H2", "0.H1", None),
        *("1.H2", "1.H1", None),
    ]
    assert twice.roles["has_member"].owner.tolist() == [1, 0, -1, 3, 2, -1]


def test_the_road_is_measured_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aidgraph.road.read_pack", cache(read_pack))
    home, known = tmp_path / "60", {}
    for name in county.STEPS:
        known[f"{name} 60"] = {
            **county.measure(name, home, 60),
            "task": {"name": name, "size": 60, "engine": ""},
            "load": 0.5,
        }
    twice = 2 * known["files 60"]["households"]
    for engine in ("kglite load", "kglite", "neo4j"):
        known[f"stores {engine}"] = {
            **stores.measure(engine, home, tmp_path / "stores", twice),
            "task": {"name": "stores", "size": twice, "engine": engine},
            "load": 0.5,
        }
    for name in ("decide", "decide with blanks"):
        known[name] = {
            **deciding.measure(home, twice, blanks=name != "decide"),
            "task": {"name": name, "size": twice, "engine": ""},
            "load": 0.5,
        }
    assert known["parts 60"]["same"]
    assert known["parts 60"]["of"] > 1
    assert (known["anew 60"]["rows"], known["anew 60"]["households"]) == (1, 1)
    assert known["anew 60"]["changed"] < 20
    assert known["lake 60"]["rows"] == known["files 60"]["rows"]
    assert known["decide"]["repeated"] == 2
    graph = known["stores neo4j"]
    assert (graph["repeated"], graph["households"]) == (2, twice)
    assert sum(rows["rows"] for rows in graph["rows"].values()) > 0
    assert known["decide with blanks"]["missing"] > known["decide"]["missing"]
    text = page(json.loads(json.dumps(known)), MACHINE)
    assert "| indicators from facts | ≤ 3 s |" in text
    assert "## Audit questions" in text
    assert "| the same rows in the same order | yes | yes |" in text
    assert "Not measured" not in text


def test_a_measurement_that_fails_is_told_as_such(tmp_path: Path) -> None:
    told = in_a_process(Task("decide", 100), tmp_path)
    assert "No county in" in str(told["failed"])
    task = {"name": "decide", "size": 100, "engine": ""}
    text = page({"decide 100": {**told, "task": task, "commit": "abc"}}, MACHINE)
    assert "- decide 100: " in text
    assert "| measured at | abc |" in text


def test_what_else_a_page_said_stays_in_it() -> None:
    other = "## One graph measured by hand, 9 households\n\n| a | 1 |\n\n### Below it\n\nmore\n"
    before = (
        f"# How fast\n\nold head\n\n## The bars\n\nold bars\n\n{other}\n## What was tried\n\nold\n"
    )
    text = page({}, MACHINE, before)
    assert f"\n{other}\n## What the numbers hide" in text
    assert text.count("## What was tried") == text.count("## The bars") == 1
    assert not {"old head", "old bars", "old"} & set(text.splitlines())
    assert page({}, MACHINE, text) == text
    assert "measured by hand" not in page({}, MACHINE)


def test_medians_are_of_the_clock_and_of_the_processors() -> None:
    assert median([Cost(1, 9), Cost(5, 2), Cost(3, 3)]) == Cost(3, 3)


def test_sizes_beyond_the_whole_road_are_decided_and_put_into_stores() -> None:
    names = {task.name for task in planned([1_000_000])}
    assert names == {"decide", "decide with blanks", "stores", "made", "payments", "six"}


def test_a_file_of_payments_is_the_same_lake_however_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aidgraph.road.read_pack", cache(read_pack))
    for name, number in {"BLOCK": 3_000, "AGAIN": 100, "OTHERWISE": 200}.items():
        monkeypatch.setattr(payments, name, number)
    known = {}
    for batch in (900, 1_000_000):
        told = payments.measure(10_000, batch, tmp_path / "home")
        task = {"name": "payments", "size": 10_000, "engine": str(batch)}
        known[str(batch)] = {**told, "task": task, "load": 0.5}
    few, all_ = known.values()
    assert few["digest"] == all_["digest"]
    assert (few["refused"], few["accepted"]) == (10 + 35, 10_000 - 45)
    assert few["digest"].startswith(f"{10_000 - 10 - 70}-")
    assert not (tmp_path / "home").exists()
    assert "## Files of any size" in page(json.loads(json.dumps(known)), MACHINE)
