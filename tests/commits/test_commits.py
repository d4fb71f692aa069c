"""The proof by kills, small: one commit point of each step, and a build in the wrong order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.commits.__main__ import swapped
from tests.commits.proof import BETWEEN, CHANGED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commits.proof import Proof


@pytest.mark.parametrize("step", ["match", "audit", f"match{CHANGED}", f"project{CHANGED}"])
def test_a_step_killed_at_a_commit_point_loses_and_doubles_nothing(proof: Proof, step: str) -> None:
    stage = next(stage for stage in proof.stages if stage.name == step)
    kill = proof.kill_at(stage, random.Random(2).choice(stage.named()))  # noqa: S311 - a point
    assert kill.harmless, kill.told()


def test_a_step_killed_at_any_moment_loses_and_doubles_nothing(proof: Proof) -> None:
    kill = proof.kill_after(proof.stages[0], random.Random(3))  # noqa: S311 - a moment
    assert kill.harmless, kill.told()


def test_a_version_named_before_its_last_table_is_noticed(proof: Proof) -> None:
    kill = swapped(proof)
    assert (kill.found, kill.equal) == (BETWEEN, False)


def test_every_step_writes_at_named_points(proof: Proof, tmp_path: Path) -> None:
    assert not list(tmp_path.iterdir())
    named = {stage.name: [point.name for point in stage.named()] for stage in proof.stages}
    assert {"table people", "table households", "table links"} <= set(named["link"])
    assert named["link"][-1] == "version file .json"
    assert {"table rejects", "table files", "table completeness"} <= set(named["load"])
    assert named["load"][-1] == "version file .json"
    assert "renamed to run folder" in named["match"]
    assert named["project"] == ["renamed to graph.kgl"]
    assert "records commit" in named["audit"]
