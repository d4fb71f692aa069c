"""A graph made another one by what differs: each store then holds what it would be given whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.backup import check
from graph_loader.frames import GraphFrames
from graph_loader.patch import Patch, Shape, apply, difference, patch_of
from graph_loader.project import digest_of, project, read_watermark
from graph_loader.stores.protocol import StoreError
from tests.stores.test_contract import HAS_MEMBER, MARK, MEMBERS, PERSONS, edges, nodes

if TYPE_CHECKING:
    from graph_loader.changes import Change
    from graph_loader.stores.chunks import Ends
    from graph_loader.stores.protocol import GraphStore

KNOWS = ("Person", "KNOWS", "Person")
NEXT = {**MARK, "lake_version": 4, "run": "R2"}


def later() -> GraphFrames:
    """A person gone, one changed, one new; edges between a pair one less, one more; a kind gone."""
    persons = nodes()["Person"]
    changed = persons.with_columns(
        money=pl.when(pl.col("id") == "P1").then(None).otherwise("money"),
        tags=pl.when(pl.col("id") == "P1").then(pl.lit(["z"])).otherwise("tags"),
    ).filter(pl.col("id") != "P2")
    new = persons.filter(id="P3").with_columns(id=pl.lit("P9"), empty=None)
    members = edges()[HAS_MEMBER].filter(pl.col("share").is_not_null())
    again = members.filter(pl.col("to") == "P3")
    other = again.with_columns(to=pl.lit("P9")), again.with_columns(share=pl.lit(4, pl.Int64))
    more = pl.concat(other)
    return GraphFrames(
        {"Household": nodes()["Household"], "Person": pl.concat([changed, new])},
        {HAS_MEMBER: pl.concat([members, more])},
    )


def first() -> GraphFrames:
    knows = pl.DataFrame({"from": ["P1", "P2"], "to": ["P3", "P1"]})
    return GraphFrames(nodes(), {**edges(), KNOWS: knows})


def patch(store: GraphStore, now: GraphFrames) -> Patch:
    """From what the store was given first to these frames."""
    mark = read_watermark(store)
    shape = Shape.of(mark)
    assert shape is not None
    before = first()
    differ: dict[str | Ends, Change] = {}
    for label, frame in before.nodes.items():
        differ[label] = difference(frame, now.nodes.get(label, frame.clear()))
    for ends, frame in before.edges.items():
        differ[ends] = difference(frame, now.edges.get(ends, frame.clear()))
    after = {ends: now.edges.get(ends, frame.clear()) for ends, frame in before.edges.items()}
    return patch_of(mark["digest"], NEXT, shape, differ, after)


def test_a_patched_store_holds_what_it_would_be_given_whole(store: GraphStore) -> None:
    project(store, first(), watermark=MARK)
    report = apply(store, patch(store, later()))
    assert report.digest == digest_of(later())
    assert (report.nodes, report.edges) == ({"Household": 3, "Person": 3}, {"HAS_MEMBER": 4})
    assert report.changed == {"nodes": 3, "edges": 3 + 2}
    told = check(store)
    assert told.whole
    assert told.watermark["run"] == "R2"
    rows = [(r["id"], r["money"], r["tags"], r["empty"]) for r in store.read(PERSONS)]
    assert rows[0] == ("P1", None, ["z"], "")
    assert [row[0] for row in rows] == ["P1", "P3", "P9"]
    assert [(r["h"], r["p"], r["since"], r["share"]) for r in store.read(MEMBERS)] == [
        ("H1", "P1", None, 2),
        ("H2", "P3", None, 3),
        ("H2", "P3", None, 4),
        ("H2", "P9", None, 3),
    ]
    again = project(store, later(), watermark={**NEXT, "as_of": date(2026, 11, 30)})
    assert not again.written


def test_a_patch_for_another_graph_is_refused(store: GraphStore) -> None:
    project(store, first(), watermark=MARK)
    made = patch(store, later())
    project(store, later(), watermark=MARK)
    with pytest.raises(StoreError, match="another one") as told:
        apply(store, made)
    assert told.value.retryable
    assert check(store).whole


def test_an_edge_to_nobody_is_refused(store: GraphStore) -> None:
    project(store, first(), watermark=MARK)
    now = later()
    lost = now.nodes["Person"].filter(pl.col("id") != "P9")
    made = patch(store, GraphFrames({**now.nodes, "Person": lost}, now.edges))
    with pytest.raises(StoreError):
        apply(store, made)
    project(store, first(), watermark=MARK)
    assert check(store).whole


def test_a_graph_whose_rows_were_not_counted_has_no_shape_to_change() -> None:
    assert Shape.of({"shape": '{"nodes": {}, "edges": []}'}) is None
    assert Shape.of({}) is None
