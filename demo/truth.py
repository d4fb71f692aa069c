"""The truth as files beside the county: what must be found, what must not, what is dirty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from demo.planted import full_name
from demo.scenarios import FACT_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from demo.planted import Planted
    from demo.scenarios import Scenario, Verdict

    Told = tuple[str, list[Scenario], list[Verdict]]

TRUTH: Final = (
    "scenario", "kind", "verdict", "unit", "household_number", "id_number", "programmes", "missing",
)  # fmt: skip
DIRTY: Final = ("what", "source", "expected", "reason", "file", "sheet")


def write_truth(
    folder: Path,
    told: list[Told],
    family: Planted,
    people: pl.DataFrame,
    places: list[dict[str, Any]],
) -> None:
    """Write truth.csv, facts.csv and dirty.csv; subjects under the numbers given to them."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = people.head(len(family.people)).select("household_number", "id_number").rows()
    verdicts = [_verdict(v, family, ids, table) for table, _, truth in told for v in truth]
    _csv(folder / "truth.csv", TRUTH, verdicts)
    _csv(folder / "facts.csv", FACT_COLUMNS, [row for _, found, _ in told for row in _facts(found)])
    schema = dict.fromkeys(DIRTY, pl.String) | {"row": pl.Int64, "person": pl.Int64}
    dirty = pl.DataFrame(places, schema, orient="row")
    named = people.select("person", "id_number", "name")
    dirty = dirty.join(named, on="person", how="left", maintain_order="left")
    dirty.drop("person").write_csv(folder / "dirty.csv")


def _verdict(
    verdict: Verdict, family: Planted, ids: list[tuple[str, str]], table: str
) -> tuple[str | None, ...]:
    whole = verdict.subject == "household"
    name = full_name(table, verdict.scenario)
    household, number = ids[family.who[name, "a" if whole else verdict.subject]]
    return (
        verdict.scenario,
        verdict.kind,
        verdict.verdict,
        "household" if whole else "person",
        household,
        None if whole else number,
        "+".join(verdict.programmes),
        " ".join(verdict.missing) or None,
    )


def _facts(scenarios: list[Scenario]) -> list[tuple[str | None, ...]]:
    return [
        (scenario.name, source, row, word, value)
        for scenario in scenarios
        for source, rows in scenario.rows.items()
        for row, words in rows.items()
        for word, value in (words or {"": ""}).items()
    ]


def _csv(path: Path, columns: tuple[str, ...], rows: list[tuple[str | None, ...]]) -> None:
    pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row").write_csv(path)
