"""A population in a graph, and what the graph answers when it is asked for a class."""

# ruff: noqa: ANN401 - facts are of any type

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from ontology.expression import Compare
from ontology.graph_columns import LABELS, graph_columns
from ontology.to_cypher import to_cypher
from ontology.to_frame import Frames
from tests.ontology.small import DAY, small_pack, version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from graph_loader.stores.protocol import GraphStore
    from ontology.expression import Expression
    from ontology.plan import Policies
    from ontology.vocabulary import ClassVersion, Indicator

ALWAYS = ("id", "region")


def fill(
    store: GraphStore,
    pack: Policies,
    frames: Frames,
    *,
    members: pl.DataFrame | None = None,
    regions: Iterable[tuple[str, str]] = (),
) -> None:
    """Hold the units of a population with what the pack's classes read of them."""
    nodes = {}
    for unit, label in LABELS.items():
        table = frames.rows.get(unit, pl.DataFrame({"id": pl.Series([], dtype=pl.String)}))
        names = dict.fromkeys((*ALWAYS, *graph_columns(pack).get(unit, ())))
        nodes[label] = table.select(name for name in names if name in table.columns)
    live = homes(frames) if members is None else members
    edges = {("Household", "HAS_MEMBER", "Person"): live} if live.height else {}
    places = pl.DataFrame(list(regions), schema=["from", "to"], orient="row")
    if places.height:
        codes = pl.concat([places["from"], places["to"]]).unique().sort()
        nodes["Region"] = pl.DataFrame({"id": codes})
        edges["Region", "PART_OF", "Region"] = places
    store.bulk(nodes, edges)


def homes(frames: Frames) -> pl.DataFrame:
    """An edge for each person who lives somewhere, with no days."""
    if "has_member" not in frames.roles:
        return pl.DataFrame()
    owner = pl.Series(frames.roles["has_member"].owner, dtype=pl.Int64)
    ids = frames.rows["household"]["id"]
    pairs = {"from": ids.gather(owner.set(owner < 0, None)), "to": frames.rows["person"]["id"]}
    none = pl.lit(None, dtype=pl.Date)
    return pl.DataFrame(pairs).drop_nulls().with_columns(since=none, until=none)


def answers(
    store: GraphStore, pack: Policies, name: str, region: str | None = None, on: date = DAY
) -> dict[str, bool | None]:
    """The truth of a class by id, as the graph says."""
    query = to_cypher(pack, name, on, region)
    return {row["id"]: row["truth"] for row in store.read(query.text, query.parameters)}


def asking(expression: Expression, unit: str, **more: Any) -> ClassVersion:
    """A class `asked` that means the expression."""
    return version("asked", unit, expression, **more)


def ask(
    store: GraphStore,
    expression: Expression,
    unit: str,
    frames: Frames,
    indicators: tuple[Indicator, ...] = (),
) -> list[bool | None]:
    pack = small_pack(indicators, [asking(expression, unit)])
    fill(store, pack, frames)
    found = answers(store, pack, "asked")
    return [found[each] for each in frames.rows[unit]["id"]]


def of_households(
    store: GraphStore,
    expression: Expression,
    columns: dict[str, list[Any]],
    indicators: tuple[Indicator, ...] = (),
) -> list[bool | None]:
    """Of households with these columns, which may be those of indicators too."""
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({"id": [f"h{i}" for i in range(height)], **columns}, strict=False)
    return ask(store, expression, "household", Frames({"household": frame}, {}), indicators)


def limit(operator: Any, value: str, name: str = "savings") -> Compare:
    return Compare(name, operator, Decimal(value))
