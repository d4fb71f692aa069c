"""The nodes and edges that lake and run make; those of a large county part by part."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graph_loader.facts import PartFacts, facts_of
from graph_loader.frames import graph_files, graph_frames
from graph_loader.scratch import scratch_folder
from matching.decide import decide
from matching.monthly import KEYS
from matching.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from aidgraph.road import Road
    from graph_loader.stores.chunks import Graph
    from matching.decide import Decided
    from matching.population import Population


@contextmanager
def graph_of(road: Road) -> Iterator[tuple[Graph, dict[str, Any]]]:
    """The graph, and what it was made from; the files of a large one are gone afterwards."""
    run, mark = road.same_pack(), mark_of(road)
    if not road.large:
        people = known(road, road.population, road.decided)
        made = graph_frames(people.facts, road.pack, decisions=people.decisions, as_of=run.as_of)
        yield made, mark
        return
    with scratch_folder("graph", road.settings.home) as folder:
        yield graph_files(in_parts(road), road.pack, folder, as_of=run.as_of), mark


def mark_of(road: Road) -> dict[str, Any]:
    """What the graph is made from."""
    run = road.same_pack()
    return {
        "lake_version": run.lake_version,
        "run": run.id,
        "pack_version": run.pack_version,
        "as_of": run.as_of,
    }


def in_parts(road: Road) -> Iterator[PartFacts]:
    """Everyone as the run read them, decided once more, some at a time."""
    size, scratch = road.settings.part, road.settings.home
    for part in parts(road.read, road.pack, road.as_of, size, scratch=scratch):
        decided = decide(road.pack, part.population, road.as_of)
        yield known(road, part.population, decided, part.own)


def known(
    road: Road, people: Population, decided: Decided, own: pl.Series | None = None
) -> PartFacts:
    """What the graph takes of some people: facts, and decisions with the day since when."""
    facts = facts_of(decided.frames, people.members, people.records)
    since = road.months.since(road.as_of)
    decisions = decided.decisions.join(since, on=KEYS, how="left", maintain_order="left")
    return PartFacts(facts, decisions, own)
