"""The proof by kills, small: one commit point of each step, and a build in the wrong order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.commits.__main__ import swapped
from tests.commits.proof import BETWEEN, proven
from tests.commits.step import STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commits.proof import Proof


def test_a_step_killed_at_a_commit_point_loses_and_doubles_nothing(proof: Proof) -> None:
    done = list(proven(proof, len(STEPS), random.Random(2)))  # noqa: S311 - moments
    assert [kill.step for kill in done] == list(STEPS)
    assert [kill.told() for kill in done if not kill.harmless] == []


def test_a_step_killed_at_any_moment_loses_and_doubles_nothing(proof: Proof) -> None:
    kill = proof.kill_after(proof.stages[0], random.Random(3))  # noqa: S311 - a moment
    assert kill.harmless, kill.told()


def test_a_version_named_before_its_last_table_is_noticed(proof: Proof) -> None:
    kill = swapped(proof)
    assert (kill.found, kill.equal) == (BETWEEN, False)


def test_every_step_writes_at_named_points(proof: Proof, tmp_path: Path) -> None:
    assert not list(tmp_path.iterdir())
    named = {stage.step: [point.name for point in stage.named()] for stage in proof.stages}
    assert named["link"] == [
        *("table people", "table households", "table links", "table source_gaps"),
        "version file .json",
    ]
    assert named["load"][-3:] == ["table files", "table completeness", "version file .json"]
    assert "renamed to run folder" in named["match"]
    assert named["project"] == ["renamed to graph.kgl"]
    assert "records commit" in named["audit"]
