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


def test_what_arrived_and_what_was_paid_of_it_are_those_of_the_files(home: Path) -> None:
    text = (home / "files" / "救助资金到位明细.csv").read_bytes().decode("utf-8-sig")
    rows = pl.read_csv(text.encode(), infer_schema=False).filter(pl.col("资金年度") == "2026")
    told = pl.col("到位金额（元）").str.replace_all(",", "").str.to_decimal(scale=2)
    came = rows.filter(pl.col("到位日期") <= str(LAST)).select(told.sum()).item()
    road = Road(settings(home))
    found = measured(OFFICES["budget_executed"], road.figure_facts())
    road.store.close()
    assert found.whole.denominator == int(came * 100)
    assert found.whole.numerator is not None
    assert 0 < found.whole.numerator < 2 * found.whole.denominator
    assert found.beside["recovered"] is not None
