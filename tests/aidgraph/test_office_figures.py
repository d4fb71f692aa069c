"""Figures of the offices' own work on the made-up county: exactly what its files were given."""

from datetime import date
from pathlib import Path

import polars as pl

from aidgraph.road import Road
from audit.figures import measured
from audit.office_figures import OFFICES
from tests.aidgraph.conftest import settings

LEDGER = "定期复核台账*.csv"
FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)


def test_the_overdue_reviews_are_those_that_the_files_leave_open(home: Path) -> None:
    texts = [path.read_bytes().decode("gb18030") for path in (home / "files").glob(LEDGER)]
    rows = pl.concat([pl.read_csv(text.encode(), infer_schema=False) for text in texts])
    due = pl.col("应复核日期").str.replace_all("/", "-").str.to_date("%Y-%m-%d", strict=False)
    due_rows = rows.unique("复核编号").filter(due.is_between(FIRST, LAST))
    left = due_rows.filter(pl.col("复核日期").fill_null("") == "")
    assert left.height > 0
    road = Road(settings(home))
    found = measured(OFFICES["reviews_overdue"], road.figure_facts())
    refused = road.lake.read("rejects").collect().height
    road.store.close()
    assert found.whole.numerator == left.height
    assert found.beside["done_late"] is not None
    assert found.beside["done_late"] >= 1
    assert found.whole.denominator is not None
    assert due_rows.height - refused <= found.whole.denominator <= due_rows.height
