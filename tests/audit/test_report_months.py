"""The report month by month: a line, a table, and what is not known said as such."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from audit.history import Point
from audit.report import Report, to_json
from audit.report_html import to_html
from tests.audit.report_world import report

AUGUST, SEPTEMBER, OCTOBER = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
GAPS = (
    Point(AUGUST, None, None, None, "not_known", ("disbursement",), 7),
    Point(SEPTEMBER, 10, 200, "0.0500", None),
    Point(OCTOBER, 12, 200, "0.0600", None),
)


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Report:
    made = report(tmp_path_factory.mktemp("monthly"))
    return replace(made, history={"suspected_gaps": GAPS})


def test_the_page_has_a_line_and_a_row_a_month_the_latest_first(monthly: Report) -> None:
    page = to_html(monthly)
    section = page.split('<section id="months">')[1].split("</section>")[0]
    assert re.findall(r"<tr><td>(\d{4}-\d\d)</td>", section) == ["2026-10", "2026-09", "2026-08"]
    assert "6.00 %" in section
    assert "12 / 200" in section
    assert "不可知" in section
    assert "未检查：缺少资金发放" in section
    drawn = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])
    line = drawn["zh"]["chart-months"]["data"][0]
    assert line["y"] == [None, 5.0, 6.0]
    assert line["connectgaps"] is False


def test_machines_read_the_same_months(monthly: Report) -> None:
    first, _, last = to_json(monthly)["history"]["suspected_gaps"]
    assert (first["mark"], first["lacks"], first["value"]) == ("not_known", ["disbursement"], None)
    assert (last["as_of"], last["numerator"], last["value"]) == ("2026-10-31", 12, "0.0600")


def test_without_months_the_page_has_no_such_part(tmp_path: Path) -> None:
    page = to_html(report(tmp_path))
    assert "chart-months" not in page
