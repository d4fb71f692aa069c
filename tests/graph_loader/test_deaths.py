"""By what record, and by when, somebody is known to be dead in the graph."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from graph_loader.facts import Facts
from graph_loader.frames import graph_frames
from ontology.vocabulary import Item
from tests.graph_loader import village

if TYPE_CHECKING:
    from ontology.pack import Pack

COLUMNS = ("id", "died_on", "dead_by", "death_origin")


def test_a_cremation_tells_by_when_somebody_was_dead() -> None:
    people = village.facts().persons.drop("died_on")
    said: dict[str, Any] = {"unit_of": "cremation", "datatype": "date", "label": {}}
    items = {
        "cremated_on": Item(name="cremated_on", shows_death=True, **said),
        "filed_on": Item(name="filed_on", **said),
    }
    pack = cast("Pack", SimpleNamespace(**vars(village.pack()) | {"items": items}))
    deaths = pl.DataFrame({"person": ["P1"], "died_on": [date(2026, 3, 2)], "origin": ["deaths|1"]})
    cremations = pl.DataFrame(
        {
            "person": ["P1", "P2", "P3"],
            "cremated_on": [date(2026, 3, 5), date(2026, 3, 6), None],
            "filed_on": [date(2026, 1, 1)] * 3,
            "origin": ["c|1", "c|2", "c|3"],
        }
    )
    records = {"death": deaths, "cremation": cremations}
    graph = graph_frames(Facts(persons=people, records=records), pack)
    assert graph.nodes["Person"].select(COLUMNS).sort("id").rows() == [
        ("P1", date(2026, 3, 2), date(2026, 3, 2), "deaths|1"),
        ("P2", None, date(2026, 3, 6), "c|2"),
        ("P3", None, None, None),
        ("P4", None, None, None),
    ]
