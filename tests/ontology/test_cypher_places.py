"""Versions of a class by day and place, asked of a graph."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ontology.expression import (
    Is,
    Named,
    Some,
)
from ontology.to_cypher import to_cypher
from ontology.to_frame import Frames
from tests.matching.drawn import REGIONS
from tests.ontology.asked import answers, fill, limit
from tests.ontology.small import (
    DAY,
    Numbers,
    SmallPack,
    small_pack,
    version,
    world,
)

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore

RURAL = Is("rural", value=True)


PLACES = [("33", "CN"), ("330382", "33"), ("330382001", "330382"), ("34", "CN")]
VERSIONS = (
    version("asked", "household", limit("<", "10"), valid_until=DAY),
    version("asked", "household", limit("<", "20"), valid_from=DAY),
    version("asked", "household", limit("<", "30"), valid_from=DAY, applies_in="33"),
    version("asked", "household", limit("<", "15"), valid_from=DAY, applies_in="330382"),
    version("local", "household", RURAL, applies_in="33"),
    version("over", "household", RURAL, valid_until=DAY),
    version("same", "household", RURAL),
    version("same", "household", RURAL, applies_in="33"),
    version("through", "person", Some("member_of", Named("asked"))),
)


def regional(store: GraphStore) -> SmallPack:
    """Households with 25 yuan in the country, a province, a county, a township, nowhere known."""
    made = small_pack(classes=VERSIONS)
    pack = SmallPack(made.vocabulary, made.classes, Numbers({}), REGIONS)  # type: ignore[arg-type]
    regions = ["CN", "33", "330382", "330382001", "34", None]
    frames = world(
        pack,
        list(range(6)),
        household={"savings": [2500] * 6, "rural": [True] * 6},
        person={"region": regions},
    )
    rows = dict(frames.rows) | {
        "household": frames.rows["household"].with_columns(region=pl.Series(regions))
    }
    fill(store, pack, Frames(rows, frames.roles), regions=PLACES)
    return pack


def test_the_version_of_a_row_is_that_of_the_smallest_place_around_it(store: GraphStore) -> None:
    pack = regional(store)
    truths = list(answers(store, pack, "asked").values())
    assert truths == [False, True, False, False, False, None]
    assert list(answers(store, pack, "through").values()) == truths
    assert list(answers(store, pack, "same").values()) == [True] * 5 + [None]
    before = answers(store, pack, "asked", on=date(2026, 7, 31))
    assert list(before.values()) == [False] * 6


def test_a_class_says_whether_it_applies(store: GraphStore) -> None:
    pack = regional(store)
    found = {}
    for name in ("asked", "local", "over"):
        query = to_cypher(pack, name, DAY)
        rows = store.read(query.text, query.parameters)
        found[name] = [(row["truth"], row["applies"]) for row in rows]
    yes, no, unclear = (True, True), (None, False), (None, True)
    refuted = (False, True)
    assert found["asked"] == [refuted, yes, refuted, refuted, refuted, unclear]
    assert found["local"] == [no, yes, yes, yes, no, unclear]
    assert found["over"] == [no] * 6


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("CN", {"h0": False, "h1": True, "h2": False, "h3": False, "h4": False}),
        ("33", {"h1": True, "h2": False, "h3": False}),
        ("330382001", {"h3": False}),
        ("34", {"h4": False}),
    ],
)
def test_one_place_is_asked_with_the_versions_inside_it(
    store: GraphStore, region: str, expected: dict[str, bool]
) -> None:
    pack = regional(store)
    assert answers(store, pack, "asked", region) == expected
    query = to_cypher(pack, "asked", DAY, region)
    assert ("CASE" in query.text) == (region in ("CN", "33"))
