"""A small village of any size whose rows can be told one by one."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from graph_loader.frames import GraphFrames

MARK: Final = {"lake_version": 3, "run": "R1", "as_of": date(2026, 10, 31)}
PAID: Final = "MATCH (p:Person) RETURN count(p) AS n, sum(p.money) AS money"
EDGES: Final = "MATCH ()-[e:HAS_MEMBER]->() RETURN count(e) AS n"


def village(households: int, money: int = 1) -> GraphFrames:
    """Households of two, everyone with as much money."""
    homes = [f"H{n:06}" for n in range(households)]
    people = [f"P{n:06}" for n in range(2 * households)]
    return GraphFrames(
        {
            "Household": pl.DataFrame({"id": homes}),
            "Person": pl.DataFrame({"id": people, "money": [money] * len(people)}),
        },
        {
            ("Household", "HAS_MEMBER", "Person"): pl.DataFrame(
                {"from": [home for home in homes for _ in range(2)], "to": people}
            )
        },
    )
