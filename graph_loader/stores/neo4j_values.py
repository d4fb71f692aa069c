"""What Neo4j returns as plain Python: dates as `datetime.date`, nodes as their properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time

from graph_loader.stores.neo4j_rows import DIGEST

if TYPE_CHECKING:
    from neo4j import Record


def to_row(record: Record) -> dict[str, Any]:
    """One record by the names of its columns."""
    return {name: to_python(value) for name, value in zip(record.keys(), record, strict=True)}


def to_python(value: Any) -> Any:  # noqa: ANN401, PLR0911 - whatever the graph returns
    """One value, and what it holds, in Python's own types."""
    match value:
        case str() | int() | float() | None:
            return value
        case Date() | DateTime() | Time():
            return value.to_native()
        case list():
            return [to_python(part) for part in value]
        case dict():
            return {name: to_python(part) for name, part in value.items()}
        case Duration():
            return {"months": value.months, "days": value.days, "seconds": value.seconds}
        case Node():
            return {"labels": sorted(value.labels), "properties": _properties(value)}
        case Relationship():
            return {"type": value.type, "properties": _properties(value)}
        case Path():
            return {
                "nodes": [to_python(node) for node in value.nodes],
                "relationships": [to_python(edge) for edge in value.relationships],
            }
        case _:
            return value


def _properties(of: Node | Relationship) -> dict[str, Any]:
    return {name: to_python(value) for name, value in of.items() if name != DIGEST}
