"""Facts, decisions and a pack as the nodes and edges of the graph; columns only, no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader import schema
from graph_loader.candidates import candidates
from graph_loader.policy import policy_edges, policy_nodes
from graph_loader.schema import Edge, Node, Properties, Type, shaped, stacked
from ontology.graph_columns import graph_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from graph_loader.facts import Facts
    from ontology.pack import Pack

Ends = tuple[str, str, str]
Nodes = dict[str, pl.DataFrame]
Edges = dict[Ends, pl.DataFrame]

UNIT_OF: Final = (("Person", "person"), ("Household", "household"))
UNIT_NODES: Final = (("household", schema.HOUSEHOLD), ("person", schema.PERSON))
# The graph has one word for a thing that kinds must name apart.
SAME: Final = {
    "enrolled_since": "since",
    "enrolled_until": "until",
    "provider_department": "department",
    "handled_by": "region",
    "household_registered_in": "registered_in",
}
IDENTITY: Final = "identity"  # the sensitivity of numbers and names: they never reach the graph
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
    items = _items(pack)
    nodes = policy_nodes(pack) | _units(facts, items, as_of, graph_columns(pack))
    homes = nodes["Household"].select(household="id", region="region")
    about = nodes["Person"].select(person="id", home="household")
    records = {
        kind: _rows(_department(frame, pack), about, homes)
        for kind, frame in sorted(facts.records.items())
        if kind != "membership"
    }
    nodes |= _record_nodes(records, items, pack)
    edges = (
        policy_edges(pack) | _family(facts) | _links(nodes) | _record_edges(records, items, as_of)
    )
    edges |= _steps(nodes) | _qualifications(decisions)
    edges |= candidates(nodes.get("Disbursement"), pack)
    if findings is not None:
        nodes["Finding"] = shaped(findings, _declared("Finding"))
        edges |= _findings(nodes)
    return _completed(nodes, edges, pack)


def _items(pack: Pack) -> frozenset[str]:
    return frozenset(i.name for i in pack.items.values() if i.sensitivity != IDENTITY)


def _units(
    facts: Facts,
    items: frozenset[str],
    as_of: date | None,
    criteria: Mapping[str, tuple[str, ...]],
) -> Nodes:
    members = _current(shaped(facts.members, {**HOMES, **schema.MEMBERSHIP}), as_of)
    sizes = members.group_by("household").agg(pl.len().cast(pl.Int64).alias("size"))
    home = members.sort("since", "household", descending=[True, False], nulls_last=True)
    home = home.unique("person", keep="first", maintain_order=True)
    read = {
        "household": _read(facts.households, criteria.get("household", ())),
        "person": _read(facts.persons, criteria.get("person", ())),
    }
    households = _same_words(facts.households).drop("size", strict=False)
    households = households.with_columns(read["household"])
    regions = households.select("id", *_known(households, "region"))
    households = households.join(sizes, left_on="id", right_on="household", how="left")
    persons = (
        facts.persons.with_columns(read["person"])
        .drop("household", "region", "relation", strict=False)
        .join(
            home.select("person", "household", "relation"),
            left_on="id",
            right_on="person",
            how="left",
        )
        .join(regions, left_on="household", right_on="id", how="left")
    )
    if "died_on" not in persons.columns:
        persons = persons.join(_deaths(facts), left_on="id", right_on="person", how="left")
    if "name" in persons.columns:
        persons = persons.with_columns(name_masked=pl.col("name").str.slice(0, 1) + "*")
    frames = (households, persons)
    return {
        node.name: shaped(frame, _properties(node, [frame], items.union(read[unit].columns)))
        for (unit, node), frame in zip(UNIT_NODES, frames, strict=True)
    }


def _read(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """What criteria read of a unit; the ends of a number only where the number is unknown."""
    return frame.select(
        pl.when(pl.col(whole).is_null()).then(pl.col(column)).alias(column)
        if (whole := column.removesuffix("__low").removesuffix("__high")) != column
        else pl.col(column)
        for column in columns
        if column in frame.columns
    )


HOMES: Final[Properties] = {"household": "text", "person": "text"}


def _deaths(facts: Facts) -> pl.DataFrame:
    """The first day of death that any kind of record states of a person, and where it stands."""
    said: Properties = {"person": "text", "died_on": "date", "origin": "text"}
    stated = [shaped(f, said) for f in facts.records.values() if "died_on" in f.columns]
    days = stacked(stated, said).drop_nulls(["person", "died_on"])
    first = days.sort("died_on", "origin").unique("person", keep="first", maintain_order=True)
    return first.rename({"origin": "death_origin"})


def _current(frame: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    return frame.filter(_running(as_of))


def _running(as_of: date | None) -> pl.Expr:
    """Whether a time from `since` until `until` (exclusive) holds on the day; unknown ends hold."""
    if as_of is None:
        return pl.col("until").is_null()
    begun = pl.col("since").is_null() | (pl.col("since") <= as_of)
    return begun & (pl.col("until").is_null() | (pl.col("until") > as_of))


def _known(frame: pl.DataFrame, *columns: str) -> list[str]:
    return [column for column in columns if column in frame.columns]


def _same_words(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns by the graph's words; what the row itself names wins over what is there."""
    held = set(frame.columns)
    same = {old: new for old, new in SAME.items() if old in held}
    both = {new: pl.coalesce(old, new) for old, new in same.items() if new in held}
    return (
        frame.with_columns(**both)
        .drop([old for old, new in same.items() if new in held])
        .rename({old: new for old, new in same.items() if new not in held})
    )


def _department(frame: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """The rows with their department: the one that the row names, else that of its source."""
    frame = _same_words(frame)
    if "origin" not in frame.columns:
        return frame
    offices = {source.id: source.department for source in pack.sources.values()}
    source = pl.col("origin").str.split("|").list.first()
    given = source.replace_strict(offices, default=None, return_dtype=pl.String)
    named = [pl.col("department")] if "department" in frame.columns else []
    return frame.with_columns(pl.coalesce(*named, given).alias("department"))


def _rows(frame: pl.DataFrame, about: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The rows with the unit that each is about, its household and that household's region."""
    text = pl.lit(None, dtype=pl.String)
    lacking = {c: text for c in ("person", "household", "unit", "origin") if c not in frame.columns}
    frame = frame.with_columns(**lacking).with_columns(
        pl.coalesce(
            "unit",
            pl.when(pl.col("person").is_not_null()).then(pl.lit("person")),
            pl.when(pl.col("household").is_not_null()).then(pl.lit("household")),
        ).alias("unit"),
        pl.col("id") if "id" in frame.columns else pl.col("origin").alias("id"),
    )
    return (
        frame.drop("region", strict=False)
        .join(about, on="person", how="left")
        .with_columns(household=pl.coalesce("household", "home"))
        .drop("home")
        .join(homes, on="household", how="left")
        .with_columns(
            unit_id=pl.when(pl.col("unit") == "household").then("household").otherwise("person")
        )
    )


def _properties(
    of: Node | Edge, frames: Iterable[pl.DataFrame], items: frozenset[str]
) -> dict[str, Type]:
    """The declared columns, and every further item that the frames carry."""
    found = dict(of.columns)
    for frame in frames:
        for column in sorted(items.intersection(frame.columns) - schema.RESERVED):
            found.setdefault(column, schema.type_of(column, frame.schema[column]))
    return found


def _record_nodes(records: Mapping[str, pl.DataFrame], items: frozenset[str], pack: Pack) -> Nodes:
    """The nodes of every kind; kinds of one shape lie below one another."""
    declared = {node.name: node for node in schema.NODES}
    parts: dict[str, list[pl.DataFrame]] = {}
    for kind, rows in records.items():
        shape = schema.SHAPED.get(kind)
        if shape == "ENROLLED_IN":
            continue
        label = shape or schema.label_of(kind)
        if shape is None:
            declared[label] = schema.record_node(kind, pack.kinds.get(kind))
        parts.setdefault(label, []).append(rows)
    return {
        label: stacked(frames, _properties(declared[label], frames, items))
        for label, frames in parts.items()
    }


def _record_edges(
    records: Mapping[str, pl.DataFrame], items: frozenset[str], as_of: date | None
) -> Edges:
    """From every unit to what is recorded of it, and from payments and applications to the unit."""
    found: Edges = {}
    for kind, rows in records.items():
        for label, unit in UNIT_OF if kind != "step" else ():
            mine = rows.filter(pl.col("unit") == unit, pl.col("unit_id").is_not_null())
            ends, frame = _edge(kind, label, mine)
            if kind == "enrolment":
                frame = _enrolments(mine, items, as_of)
            found[ends] = pl.concat([found[ends], frame]) if ends in found else frame
    return {ends: frame for ends, frame in found.items() if frame.height}


def _edge(kind: str, unit: str, rows: pl.DataFrame) -> tuple[Ends, pl.DataFrame]:
    match schema.SHAPED.get(kind):
        case "ENROLLED_IN":
            return (unit, "ENROLLED_IN", "Programme"), _pairs(rows, "unit_id", "programme")
        case "Disbursement":
            return ("Disbursement", "PAID_TO", unit), _pairs(rows, "id", "unit_id")
        case "Application":
            return ("Application", "BY", unit), _pairs(rows, "id", "unit_id")
        case _:
            ends = (unit, schema.verb_of(kind), schema.label_of(kind))
            return ends, _pairs(rows, "unit_id", "id")


def _enrolments(rows: pl.DataFrame, items: frozenset[str], as_of: date | None) -> pl.DataFrame:
    of = Edge("", "", "", "", "", schema.ENROLMENT)
    rows = rows.with_columns(pl.col("unit_id").alias("from"), pl.col("programme").alias("to"))
    rows = rows.drop("status", "programme", strict=False)
    rows = shaped(rows, _properties(of, [rows], items - {"unit"}))
    status = pl.when(_running(as_of)).then(pl.lit("active")).otherwise(pl.lit("ended"))
    return rows.filter(pl.col("to").is_not_null()).with_columns(status=status)


def _family(facts: Facts) -> Edges:
    members = facts.members.rename({"household": "from", "person": "to"}, strict=False)
    kin = facts.kin.rename({"person": "from", "kin": "to"}, strict=False)
    has_member = Edge("", "", "", "", "", schema.MEMBERSHIP)
    found = {
        ("Household", "HAS_MEMBER", "Person"): shaped(members, has_member.columns),
        ("Person", "KIN", "Person"): shaped(kin, {"from": "text", "to": "text", "kind": "text"}),
    }
    return {
        ends: frame.drop_nulls(["from", "to"]).unique(maintain_order=True)
        for ends, frame in found.items()
    }


def _links(nodes: Nodes) -> Edges:
    return {
        (label, verb, target): frame
        for label, column, verb, target in LINKS
        if label in nodes
        for frame in [_pairs(nodes[label], "id", column)]
        if frame.height
    }


def _pairs(frame: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
    return frame.select(pl.col(source).alias("from"), pl.col(target).alias("to")).drop_nulls()


def _steps(nodes: Nodes) -> Edges:
    if not {"Application", "Step"} <= nodes.keys():
        return {}
    of = nodes["Application"].select("application_number", "id").drop_nulls()
    steps = nodes["Step"].select("application_number", step="id")
    return {
        ("Application", "HAS_STEP", "Step"): _pairs(
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
        found["Finding", "ABOUT", label] = _pairs(rows, "id", column)
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
                [edges[("Region", "PART_OF", "Region")], _pairs(new, "id", "parent")]
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
