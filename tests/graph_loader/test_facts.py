from __future__ import annotations

import numpy as np
import polars as pl

from graph_loader.facts import facts_of
from ontology.to_frame import Frames, Role


def test_kin_are_pairs_of_known_people_and_counted_members_are_marked() -> None:
    owners = np.array([0, 1, 2], np.int64)
    leads = np.array([1, 0, -1], np.int64)
    frames = Frames(
        {
            "household": pl.DataFrame({"id": ["H1"]}),
            "person": pl.DataFrame(
                {"id": ["P1", "P2", "P3"], "counted_member": [True, False, None]}
            ),
            "kin": pl.DataFrame({"kind": ["child", "parent", "spouse"]}),
        },
        {
            "kin": Role("person", "kin", owners),
            "kin_person": Role("person", "kin", leads),
        },
    )
    members = pl.DataFrame({"household": ["H1"] * 3, "person": ["P1", "P2", "P3"]})
    facts = facts_of(frames, members, {})
    assert facts.kin.rows() == [("P1", "P2", "child"), ("P2", "P1", "parent")]
    assert facts.members["counted"].to_list() == [True, False, None]


def test_a_pack_without_kin_or_counted_members_has_none() -> None:
    tables = {"household": pl.DataFrame({"id": ["H1"]}), "person": pl.DataFrame({"id": ["P1"]})}
    facts = facts_of(Frames(tables, {}), pl.DataFrame({"household": ["H1"], "person": ["P1"]}), {})
    assert facts.kin.height == 0
    assert facts.members.columns == ["household", "person"]
