"""Facts, decisions and a pack as the nodes and edges of the graph; columns only, no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

from graph_loader import schema
from graph_loader.candidates import candidates
from graph_loader.facts import PartFacts
from graph_loader.graph_records import record_edges, record_nodes, records_of
from graph_loader.graph_rows import UNIT_OF, Edges, pairs
from graph_loader.graph_units import family, units
from graph_loader.policy import policy_edges, policy_nodes
from graph_loader.schema import Edge, Properties, shaped, stacked
from graph_loader.stores.chunks import GraphRows, Shelf, ends_of, folder_of, lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from graph_loader.facts import Facts
    from graph_loader.graph_rows import Nodes
    from graph_loader.stores.chunks import Ends, Rows
    from ontology.pack import Pack

# A column that names another node: the edge is made wherever it is known.
LINKS: Final = (
    ("Household", "region", "HANDLED_BY", "Region"),
    ("Household", "registered_in", "REGISTERED_IN", "Region"),
    ("Household", "lives_in", "LIVES_IN", "Region"),
    ("Person", "registered_in", "REGISTERED_IN", "Region"),
    ("Application", "programme", "FOR", "Programme"),
    ("Disbursement", "programme", "UNDER", "Programme"),
    ("Disbursement", "department", "PAID_BY", "Department"),
    ("Disbursement", "account", "INTO", "Account"),
)
Name = TypeVar("Name")
NAMED_BY_EDGES: Final = ("Region", "Programme", "Department", "Account")


@dataclass(frozen=True, slots=True)
class GraphFrames:
    """Nodes by label (`id` and properties), edges by both labels and verb (`from`, `to`, …)."""

    nodes: Nodes
    edges: Edges


def graph_frames(
    facts: Facts,
    pack: Pack,
    *,
    decisions: pl.DataFrame | None = None,
    as_of: date | None = None,
    findings: pl.DataFrame | None = None,
) -> GraphFrames:
    """Everything that the graph holds, but the watermark, in memory: the people are one part.

    `findings` are those on record: id, question, finds, unit, unit_id, programme and so on.
    A region, programme, department or account that only a row names is a node with an id alone.
    """
    nodes, edges = part_frames(PartFacts(facts, decisions), pack, as_of)
    more = across(nodes, edges, pack, findings)
    return GraphFrames(nodes | more.nodes, edges | more.edges)


def graph_files(
    parts: Iterable[PartFacts], pack: Pack, folder: Path, *, as_of: date | None = None
) -> GraphRows:
    """The same of many parts, one of them in memory at a time, in files in a folder."""
    nodes, edges = Shelf(folder / "nodes"), Shelf(folder / "edges")
    for part in parts:
        found = part_frames(part, pack, as_of)
        for label, frame in found[0].items():
            nodes.put(label, frame)
        for ends, frame in found[1].items():
            edges.put(folder_of(ends), frame)
    made = GraphRows(
        {name: nodes.rows(name) for name in nodes.names()},
        {ends_of(name): edges.rows(name) for name in edges.names()},
    )
    more = across(made.nodes, made.edges, pack)
    return GraphRows({**made.nodes, **more.nodes}, {**made.edges, **more.edges})


def part_frames(part: PartFacts, pack: Pack, as_of: date | None) -> tuple[Nodes, Edges]:
    """The nodes and edges of the people of a part and of what is recorded of them."""
    known = units(part.facts, pack, as_of)
    records = records_of(part, pack, known)
    nodes = {label: part.mine(frame, "id") for label, frame in known.items()}
    nodes |= record_nodes(records, pack)
    edges = family(part) | _links(nodes) | record_edges(records, pack, as_of)
    if part.decisions is not None:
        edges |= qualifications(part.mine(part.decisions, "id"))
    return _filled(nodes), _filled(edges)


def across(
    nodes: Mapping[str, Rows],
    edges: Mapping[Ends, Rows],
    pack: Pack,
    findings: pl.DataFrame | None = None,
) -> GraphFrames:
    """What hangs together over all parts: the pack, steps, pairs of payments, what rows name."""
    new_nodes, new_edges = policy_nodes(pack), policy_edges(pack) | _steps(nodes)
    if "Disbursement" in nodes:
        new_edges |= candidates(lazy(nodes["Disbursement"]), pack)
    if findings is not None:
        new_nodes["Finding"] = shaped(findings, _declared("Finding"))
        new_edges |= _findings(new_nodes["Finding"], {**nodes, **new_nodes})
    _complete(new_nodes, new_edges, edges, pack)
    return GraphFrames(_filled(new_nodes), _filled(new_edges))


def _filled(frames: dict[Name, pl.DataFrame]) -> dict[Name, pl.DataFrame]:
    return {name: frame for name, frame in frames.items() if frame.height}


def _links(nodes: Nodes) -> Edges:
    return {
        (label, verb, target): frame
        for label, column, verb, target in LINKS
        if label in nodes
        for frame in [pairs(nodes[label], "id", column)]
        if frame.height
    }


def _steps(nodes: Mapping[str, Rows]) -> Edges:
    if not {"Application", "Step"} <= nodes.keys():
        return {}
    of = lazy(nodes["Application"]).select("application_number", "id").drop_nulls().collect()
    steps = lazy(nodes["Step"]).select("application_number", step="id").collect()
    return {
        ("Application", "HAS_STEP", "Step"): pairs(
            of.join(steps, on="application_number"), "id", "step"
        )
    }


def qualifications(decisions: pl.DataFrame) -> Edges:
    """An edge for each unit that is eligible and yields to no other programme."""
    kept = pl.col("status").eq("eligible") & pl.col("after").ne_missing("excluded")
    eligible = decisions.filter(kept).rename({"id": "from", "programme": "to"})
    columns = Edge("", "", "", "", "", schema.QUALIFICATION).columns
    return {
        (label, "QUALIFIES_FOR", "Programme"): shaped(
            eligible.filter(pl.col("unit") == unit), columns
        )
        for label, unit in UNIT_OF
    }


def _findings(findings: pl.DataFrame, nodes: Mapping[str, Rows]) -> Edges:
    """What each finding is about, where the graph still knows it."""
    found: Edges = {}
    parts = [(label, pl.col("unit") == unit, "unit_id") for label, unit in UNIT_OF]
    for label, which, column in [*parts, ("Programme", pl.lit(value=True), "programme")]:
        if label in nodes:
            there = lazy(nodes[label]).select("id").collect()
            rows = findings.filter(which).join(there, left_on=column, right_on="id", how="semi")
            found["Finding", "ABOUT", label] = pairs(rows, "id", column)
    return found


def _complete(nodes: Nodes, edges: Edges, others: Mapping[Ends, Rows], pack: Pack) -> None:
    """Add what only an edge names."""
    for label in NAMED_BY_EDGES:
        known = nodes.get(label, schema.empty(_declared(label)))
        naming = [pl.LazyFrame(schema={"id": pl.String})]
        naming += [
            lazy(rows).select(id="to")
            for (_, _, to), rows in (*others.items(), *edges.items())
            if to == label
        ]
        named = pl.concat(naming).unique().sort("id").collect()
        new, more = places(label, named.join(known, on="id", how="anti")["id"], pack)
        for ends, rows in more.items():
            edges[ends] = pl.concat([edges[ends], rows])
        nodes[label] = stacked([known, new], _declared(label))


def places(label: str, ids: pl.Series, pack: Pack) -> tuple[pl.DataFrame, Edges]:
    """The nodes of which nothing is known but that something names them, and where regions lie."""
    nodes, edges = stacked([ids.to_frame("id")], _declared(label)), Edges()
    if label == "Region":
        parents = pl.Series("parent", list(_around(ids, pack)), dtype=pl.String)
        nodes = nodes.with_columns(parents)
        edges["Region", "PART_OF", "Region"] = pairs(nodes, "id", "parent")
    return nodes, edges


def _declared(label: str) -> Properties:
    return next(node.columns for node in schema.NODES if node.name == label)


def _around(codes: pl.Series, pack: Pack) -> Iterator[str | None]:
    """The known place in which each unknown one lies."""
    for code in codes:
        yield pack.regions.nearest(code) or None
