"""Candidate edges lose nothing: the naive question over all payments gives the same rows."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest

from cypher.question import CORE, questions
from graph_loader.candidates import candidates
from ontology.tables import CompatibilityRule
from tests.cypher.drawn import AS_OF, Drawing

if TYPE_CHECKING:
    from pathlib import Path

    from ontology.pack import Pack

RULES = (
    CompatibilityRule("MZ03", "MZ16", "exclude", "person", "month", "A-1"),
    CompatibilityRule("MZ03", "MZ01", "exclude", "household", "month", "A-2"),
    CompatibilityRule("YB01", "MZ16", "person_chooses", "person", "year", "A-3"),
    CompatibilityRule("MZ01", "MZ16", "stack", "person", "month", "A-4"),
)
UNITS = {"MZ01": "household", "MZ03": "person", "MZ16": "person", "YB01": "person"}
PACK = cast(
    "Pack",
    SimpleNamespace(
        compatibility=RULES,
        programmes={name: SimpleNamespace(unit=unit) for name, unit in UNITS.items()},
    ),
)
JUDGED = ("same_programme_same_month", "same_thing_same_day", "exclusive_programmes_overlap")


def crowded(seed: int) -> Drawing:
    """Payments and services thick enough that many coincide, with unknowns among them."""
    dice = random.Random(seed)  # noqa: S311
    drawing = Drawing()
    for rule in RULES:
        drawing.excludes(rule.a, rule.b, rule.scope, rule.rule)
        drawing.edges[("Programme", "COMBINES_WITH", "Programme")][-1]["period"] = rule.period
    number = 0
    for at in range(30):
        members = [f"p{at}-{m}" for m in range(dice.randint(1, 2))]
        drawing.household(f"h{at}", *members)
        for unit in (f"h{at}", *members):
            for _ in range(dice.randint(1, 6)):
                number += 1
                month = dice.choice(["2025-12", "2026-08", "2026-09", None])
                programme = dice.choice([p for p, of in UNITS.items() if of == unit_of(unit)])
                status = dice.choice(["success", "success", "success", "returned", None])
                drawing.paid(f"d{number}", unit, programme, month, status=status)
        for _ in range(dice.randint(0, 5)):
            number += 1
            day = dice.choice(["2026-09-09", "2026-09-10", None])
            thing = dice.choice(["haircut", "haircut", None])
            drawing.served(f"d{number}", members[0], thing, day, dice.choice("abc"))
    return drawing


def unit_of(unit: str) -> str:
    return "household" if unit.startswith("h") else "person"


def payments(drawing: Drawing) -> pl.DataFrame:
    """The disbursements with the columns that projection gives them."""
    rows = [
        {
            **row,
            "unit": unit_of(row["unit_id"]),
            "household": drawing.nodes.get("Person", {})
            .get(row["unit_id"], {"household": row["unit_id"]})
            .get("household"),
        }
        for row in drawing.nodes["Disbursement"].values()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


@pytest.mark.parametrize("name", JUDGED)
@pytest.mark.parametrize("seed", [1, 2])
def test_candidates_and_all_pairs_give_the_same_rows(name: str, seed: int, tmp_path: Path) -> None:
    drawing = crowded(seed)
    question = questions(CORE)[name]
    given = {"as_of": AS_OF} if question.parameters else {}
    edges = candidates(payments(drawing).lazy(), PACK)
    for (start, verb, end), frame in edges.items():
        for row in frame.iter_rows(named=True):
            drawing.edge(start, verb, end, row["from"], row["to"], how=row["how"])
    few = drawing.store(tmp_path / "few")
    found = few.read(question.text, given)
    few.close()
    del drawing.edges[("Disbursement", "COINCIDES_WITH", "Disbursement")]
    drawing.pair_everything()
    everything = drawing.store(tmp_path / "all")
    naive = everything.read(question.text, given)
    everything.close()
    assert found == naive
    assert len(found) >= 3
