"""The graph of the run before made that of this one, where few facts changed between them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from aidgraph.graph_parts import mark_of
from graph_loader.facts import PartFacts, facts_of
from graph_loader.patch import OtherShapeError, apply
from graph_loader.project import found_before, project
from graph_loader.renew import Renewed, renewed
from graph_loader.stores.protocol import StoreError
from matching.anew import Anew, anew
from matching.decide import decide
from matching.monthly import KEYS
from matching.run import follows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from aidgraph.road import Road
    from aidgraph.say import Advance
    from graph_loader.patch import Patch
    from graph_loader.project import ProjectReport


def projected(road: Road, advance: Advance) -> ProjectReport:
    """The graph of the run in the store; written whole where it cannot be made of what is there."""
    patch = change_of(road, mark_of(road))
    if patch:
        with suppress(StoreError):
            return apply(road.store, patch)
    with road.graph() as (graph, mark):
        return project(road.store, graph, watermark=mark, progress=advance)


def change_of(road: Road, mark: Mapping[str, Any]) -> Patch | None:
    """What the store has to change; none where its graph is to be made anew.

    `mark`: what the graph is made from.
    """
    run, held = road.same_pack(), found_before(road.store)[0]
    before = next((one for one in road.runs() if one.id == held.get("run")), None)
    if before is None or held["digest"] is None or not follows(run, before):
        return None
    found = anew(road.read, road.pack, before, road.few)
    if not isinstance(found, Anew):
        return None
    try:
        return renewed(road.store, held, people_of(road, found), road.pack, mark)
    except OtherShapeError:
        return None


def people_of(road: Road, found: Anew) -> Renewed:
    """Those whom changed facts touch as they are now, and everyone who qualifies."""
    people, run = found.part.population, road.run
    decided = decide(road.pack, people, run.as_of)
    facts = facts_of(decided.frames, people.members, people.records)
    file = road.settings.runs / run.id / "decisions.parquet"
    eligible = pl.scan_parquet(file).filter(pl.col("status") == "eligible").collect()
    since = road.months.since(run.as_of)
    keys = [pl.select(pl.format("{}|{}", pl.lit(s), k)).to_series() for s, k in found.keys.items()]
    return Renewed(
        part=PartFacts(facts, None, found.part.own),
        ids=found.ids,
        keys=pl.concat([pl.Series("id", [], pl.String), *(one.rename("id") for one in keys)]),
        decisions=eligible.join(since, on=KEYS, how="left", maintain_order="left"),
        as_of=run.as_of,
    )
