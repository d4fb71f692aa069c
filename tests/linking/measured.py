"""Rows without a valid number, linked as ever and held against whom they mean."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from demo.county import make
from demo.unnumbered import MIX, make_unnumbered
from graph_loader.lake import Lake
from graph_loader.link import link
from graph_loader.links import current_links
from graph_loader.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.link import LinkReport
    from ontology.pack import Pack

TODAY: Final = date(2026, 10, 31)
SEED: Final = 20261031
LEAST: Final = 0.97


@dataclass(frozen=True, slots=True)
class Measured:
    """What was linked of what should have been: `pairs` has a line for each row."""

    report: LinkReport
    pairs: pl.DataFrame
    seconds: float

    def scores(self, what: str | None = None) -> dict[str, Any]:
        """Precision, recall and F1 of the rows of one kind, or of all with the strangers."""
        pairs = self.pairs if what is None else self.pairs.filter(pl.col("what") == what)
        right = pairs.filter(pl.col("meant") == pl.col("got")).height
        linked, meant = pairs["got"].count(), pairs["meant"].count()
        precision = right / linked if linked else 1.0
        recall = right / meant if meant else 1.0
        both = precision + recall
        return {
            "rows": pairs.height,
            "meant": meant,
            "linked": linked,
            "right": right,
            "wrong": linked - right,
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / both if both else 0.0,
        }


def measure(home: Path, pack: Pack, *, households: int, rows: int, seed: int = SEED) -> Measured:
    """Make a county and such rows, load and link both, and compare by number who got them."""
    make(home, households=households, seed=seed)
    made = make_unnumbered(home, rows=rows, seed=seed)
    lake = Lake(home / "lake")
    load(lake, pack, [home / "files"], today=TODAY)
    started = time.perf_counter()
    report = link(lake, pack)
    seconds = time.perf_counter() - started
    return Measured(report, compared(lake, made.truth), seconds)


def compared(lake: Lake, truth: Path) -> pl.DataFrame:
    """For each row of the truth: what is wrong with it, whom it means, who got it and why."""
    told = pl.read_csv(truth, schema_overrides={"id_number": pl.String})
    files = lake.read("files").select("name", _file="sha").collect()
    rows = lake.read("rows_village_services").select("_file", "_row", "_key").collect()
    rows = rows.join(files, on="_file").select(file="name", row="_row", key="_key")
    people = lake.read("people").select("person", got="id_number").collect()
    links = current_links(lake).select("key", "person", "why", "probability")
    both = told.join(rows, on=["file", "row"], how="left").join(links, on="key", how="left")
    both = both.join(people, on="person", how="left")
    return both.rename({"id_number": "meant"})


def lines(measured: Measured) -> list[str]:
    """The scores of each kind and of all, as they are printed."""
    said = [f"{'':<22}{'rows':>7}{'right':>7}{'wrong':>7}{'precision':>11}{'recall':>8}{'F1':>8}"]
    for what in [*MIX, "stranger", None]:
        of = measured.scores(what)
        told = f"{what or 'all':<22}{of['rows']:>7,}{of['right']:>7,}{of['wrong']:>7,}"
        said.append(f"{told}{of['precision']:>11.4f}{of['recall']:>8.4f}{of['f1']:>8.4f}")
    of = measured.scores()
    said.append(f"by exact numbers alone: 0 of {of['meant']:,} right, all of them refused rows")
    said.append(
        f"{measured.report.people:,} people, {measured.report.unnumbered:,} rows without a number:"
        f" linked in {measured.seconds:.1f} s, {measured.report.ties:,} ties"
    )
    return said
