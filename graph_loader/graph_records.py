"""What is recorded of households and persons: nodes and edges by the kind of record.

A kind that the vocabulary says is not projected leaves nothing here; decisions and sums know it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader import schema
from graph_loader.graph_rows import UNIT_OF, items_of, pairs, properties, running, same_words
from graph_loader.schema import Edge, shaped, stacked

if TYPE_CHECKING:
    from datetime import date

    from graph_loader.facts import PartFacts
    from graph_loader.graph_rows import Edges, Ends, Nodes
    from ontology.pack import Pack

Records = dict[str, pl.DataFrame]
HOME: Final = "_home"
PROGRAMME: Final = frozenset({"programme"})


def records_of(part: PartFacts, pack: Pack, units: Nodes) -> Records:
    """The rows of every kind that is projected, by kind, with the unit that each is about."""
    homes = units["Household"].select(household="id", region="region")
    about = units["Person"].select(person="id", home="household")
    return {
        kind: _rows(_own(_department(frame, pack), part), about, homes)
        for kind, frame in sorted(part.facts.records.items())
        if kind != "membership" and (kind not in pack.kinds or pack.kinds[kind].projected)
    }


def _department(frame: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """The rows with their department: the one that the row names, else that of its source."""
    frame = same_words(frame)
    if "origin" not in frame.columns:
        return frame
    offices = {source.id: source.department for source in pack.sources.values()}
    source = pl.col("origin").str.split("|").list.first()
    given = source.replace_strict(offices, default=None, return_dtype=pl.String)
    named = [pl.col("department")] if "department" in frame.columns else []
    return frame.with_columns(pl.coalesce(*named, given).alias("department"))


def _own(frame: pl.DataFrame, part: PartFacts) -> pl.DataFrame:
    """The rows of a part's own, with every column that says whose they are.

    One about a household is of that household's part, wherever a member who is named lives.
    """
    text = pl.lit(None, dtype=pl.String)
    lacking = {c: text for c in ("person", "household", "unit", "origin") if c not in frame.columns}
    frame = frame.with_columns(**lacking)
    home = pl.when(pl.col("unit") == "household").then("household")
    return part.mine(frame.with_columns(home.alias(HOME)), HOME, "person", "household").drop(HOME)


def _rows(frame: pl.DataFrame, about: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The rows with the unit that each is about, its household and that household's region."""
    frame = frame.with_columns(
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


def record_nodes(records: Records, pack: Pack) -> Nodes:
    """The nodes of every kind; kinds of one shape lie below one another."""
    declared = {node.name: node for node in schema.NODES}
    parts: dict[str, list[pl.DataFrame]] = {}
    kinds: dict[str, set[str]] = {}
    for kind, rows in records.items():
        shape = schema.SHAPED.get(kind)
        if shape == "ENROLLED_IN":
            continue
        label = shape or schema.label_of(kind)
        if shape is None:
            declared[label] = schema.record_node(kind, pack.kinds.get(kind))
        parts.setdefault(label, []).append(rows)
        kinds.setdefault(label, set()).add(kind)

    def told(label: str) -> frozenset[str]:
        """What their rows may say; of a programme only where no edge leads to it."""
        of: frozenset[str] = frozenset() if label in schema.SHAPED.values() else PROGRAMME
        return items_of(pack, kinds[label]) | of

    return {
        label: stacked(frames, properties(declared[label], frames, told(label)))
        for label, frames in parts.items()
    }


def record_edges(records: Records, pack: Pack, as_of: date | None) -> Edges:
    """From every unit to what is recorded of it, and from payments and applications to the unit."""
    found: Edges = {}
    for kind, rows in records.items():
        for label, unit in UNIT_OF if kind != "step" else ():
            mine = rows.filter(pl.col("unit") == unit, pl.col("unit_id").is_not_null())
            ends, frame = _edge(kind, label, mine)
            if kind == "enrolment":
                frame = _enrolments(mine, pack, as_of)
            found[ends] = pl.concat([found[ends], frame]) if ends in found else frame
    return {ends: frame for ends, frame in found.items() if frame.height}


def _edge(kind: str, unit: str, rows: pl.DataFrame) -> tuple[Ends, pl.DataFrame]:
    match schema.SHAPED.get(kind):
        case "ENROLLED_IN":
            return (unit, "ENROLLED_IN", "Programme"), pairs(rows, "unit_id", "programme")
        case "Disbursement":
            return ("Disbursement", "PAID_TO", unit), pairs(rows, "id", "unit_id")
        case "Application":
            return ("Application", "BY", unit), pairs(rows, "id", "unit_id")
        case _:
            ends = (unit, schema.verb_of(kind), schema.label_of(kind))
            return ends, pairs(rows, "unit_id", "id")


def _enrolments(rows: pl.DataFrame, pack: Pack, as_of: date | None) -> pl.DataFrame:
    of = Edge("", "", "", "", "", schema.ENROLMENT)
    rows = rows.with_columns(pl.col("unit_id").alias("from"), pl.col("programme").alias("to"))
    rows = rows.drop("status", "programme", strict=False)
    rows = shaped(rows, properties(of, [rows], items_of(pack, {"enrolment"})))
    status = pl.when(running(as_of)).then(pl.lit("active")).otherwise(pl.lit("ended"))
    return rows.filter(pl.col("to").is_not_null()).with_columns(status=status)
