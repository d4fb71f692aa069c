"""Candidate pairs against the plain definition, every payment beside every other."""

from __future__ import annotations

import random
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl
import pytest

from graph_loader.candidates import candidates
from tests.graph_loader import village

COINCIDES = ("Disbursement", "COINCIDES_WITH", "Disbursement")
EXCLUSIVE = {frozenset({"MZ03", "MZ01"}): "household", frozenset({"MZ03", "MZ16"}): "unit_id"}


def drawn(seed: int) -> list[dict[str, Any]]:
    """Payments on few units, months and things, so that many meet; each value may be unknown."""
    draw = random.Random(seed)  # noqa: S311 - a test's dice
    rows = []
    for number in range(150):
        unit = draw.choice(["person", "household"])
        rows.append(
            {
                "id": f"d{number:03}",
                "unit": unit,
                "unit_id": draw.choice(["P1", "P2", None] if unit == "person" else ["H1", "H2"]),
                "household": draw.choice(["H1", "H2", None]),
                "programme": draw.choice(["MZ01", "MZ03", "MZ16", None]),
                "for_month": draw.choice(
                    [date(2026, 8, 1), date(2026, 8, 9), date(2026, 9, 1), None]
                ),
                "thing": draw.choice(["haircut", "meal", None, None]),
                "provided_on": draw.choice([date(2026, 8, 1), date(2026, 8, 2), None]),
            }
        )
    return rows


def by_hand(rows: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    found = set()
    for a, b in combinations(rows, 2):
        if alike(a, b, "programme", "unit", "unit_id", "for_month"):
            found.add((a["id"], b["id"], "same_month"))
        if alike(a, b, "thing", "unit", "unit_id", "provided_on"):
            found.add((a["id"], b["id"], "same_day"))
        scope = EXCLUSIVE.get(frozenset({a["programme"], b["programme"]}))
        if scope and alike(a, b, scope, "for_month"):
            found.add((a["id"], b["id"], "exclusive"))
    return found


def alike(a: dict[str, Any], b: dict[str, Any], *key: str) -> bool:
    def value(row: dict[str, Any], name: str) -> object:
        day = row[name]
        return day.replace(day=1) if name == "for_month" and day else day

    return all(row[name] is not None for row in (a, b) for name in key) and all(
        value(a, name) == value(b, name) for name in key
    )


@pytest.mark.parametrize("seed", range(5))
def test_no_pair_is_missed_and_none_is_added(seed: int) -> None:
    rows = drawn(seed)
    frame = candidates(pl.LazyFrame(rows, infer_schema_length=None), village.pack())[COINCIDES]
    expected = by_hand(rows)
    assert {how for _, _, how in expected} == {"same_month", "same_day", "exclusive"}
    assert set(frame.rows()) == expected
    assert frame.height == len(expected)


def test_no_payments_give_no_pairs() -> None:
    none = pl.LazyFrame(drawn(0), infer_schema_length=None).clear()
    assert candidates(none, village.pack()) == {}
