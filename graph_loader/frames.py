"""Facts, decisions and a pack as the nodes and edges of the graph; columns only, no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader import schema
from graph_loader.candidates import candidates
from graph_loader.graph_records import record_edges, record_nodes, records_of
from graph_loader.graph_rows import UNIT_OF, pairs
from graph_loader.graph_units import family, units
from graph_loader.policy import policy_edges, policy_nodes
from graph_loader.schema import Edge, Properties, shaped, stacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from graph_loader.facts import Facts
    from graph_loader.graph_rows import Edges, Nodes
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
    """Everything that the graph holds, but the watermark.

    `decisions`: unit, id, programme, status, after, amount, period, since, run and so on;
    `findings` are those on record: id, question, finds, unit, unit_id, programme and so on.
    A region, programme, department or account that only a row names is a node with an id alone.
    """
    nodes = policy_nodes(pack) | units(facts, pack, as_of)
    records = records_of(facts, pack, nodes)
    nodes |= record_nodes(records, pack)
    edges = policy_edges(pack) | family(facts) | _links(nodes) | record_edges(records, pack, as_of)
    edges |= _steps(nodes) | _qualifications(decisions)
    edges |= candidates(nodes.get("Disbursement"), pack)
    if findings is not None:
        nodes["Finding"] = shaped(findings, _declared("Finding"))
        edges |= _findings(nodes)
    return _completed(nodes, edges, pack)


def _links(nodes: Nodes) -> Edges:
    return {
        (label, verb, target): frame
        for label, column, verb, target in LINKS
        if label in nodes
        for frame in [pairs(nodes[label], "id", column)]
        if frame.height
    }


def _steps(nodes: Nodes) -> Edges:
    if not {"Application", "Step"} <= nodes.keys():
        return {}
    of = nodes["Application"].select("application_number", "id").drop_nulls()
    steps = nodes["Step"].select("application_number", step="id")
    return {
        ("Application", "HAS_STEP", "Step"): pairs(
            of.join(steps, on="application_number"), "id", "step"
        )
    }


def _qualifications(decisions: pl.DataFrame | None) -> Edges:
    """An edge for each unit that is eligible and yields to no other programme."""
    if decisions is None:
        return {}
    kept = pl.col("status").eq("eligible") & pl.col("after").ne_missing("excluded")
    eligible = decisions.filter(kept).rename({"id": "from", "programme": "to"})
    columns = Edge("", "", "", "", "", schema.QUALIFICATION).columns
    return {
        (label, "QUALIFIES_FOR", "Programme"): shaped(
            eligible.filter(pl.col("unit") == unit), columns
        )
        for label, unit in UNIT_OF
    }


def _findings(nodes: Nodes) -> Edges:
    """What each finding is about, where the graph still knows it."""
    found: Edges = {}
    parts = [(label, pl.col("unit") == unit, "unit_id") for label, unit in UNIT_OF]
    for label, which, column in [*parts, ("Programme", pl.lit(value=True), "programme")]:
        rows = (
            nodes["Finding"]
            .filter(which)
            .join(nodes[label], left_on=column, right_on="id", how="semi")
        )
        found["Finding", "ABOUT", label] = pairs(rows, "id", column)
    return found


def _completed(nodes: Nodes, edges: Edges, pack: Pack) -> GraphFrames:
    for label in NAMED_BY_EDGES:
        known = nodes.get(label, schema.empty(_declared(label)))
        named = pl.concat(
            [
                pl.Series("id", [], pl.String),
                *(f["to"].alias("id") for (_, _, to), f in edges.items() if to == label),
            ]
        )
        new = named.unique().sort().to_frame().join(known, on="id", how="anti")
        if label == "Region" and new.height:
            new = new.with_columns(
                parent=pl.Series(list(_around(new["id"], pack)), dtype=pl.String)
            )
            edges[("Region", "PART_OF", "Region")] = pl.concat(
                [edges[("Region", "PART_OF", "Region")], pairs(new, "id", "parent")]
            )
        nodes[label] = stacked([known, new], _declared(label))
    return GraphFrames(
        {label: frame for label, frame in nodes.items() if frame.height},
        {ends: frame for ends, frame in edges.items() if frame.height},
    )


def _declared(label: str) -> Properties:
    return next(node.columns for node in schema.NODES if node.name == label)


def _around(codes: pl.Series, pack: Pack) -> Iterator[str | None]:
    """The known place in which each unknown one lies."""
    for code in codes:
        yield pack.regions.nearest(code) or None
