"""The report of the offices' own work: a card a figure, apart from those of the people."""

from dataclasses import replace

import pytest

from audit.figures import Cell, Measure
from audit.office_figures import OFFICES
from audit.report import Report, to_json
from audit.report_html import to_html
from audit.report_xlsx import sheets
from tests.audit.report_world import report

MONEY = Measure(
    OFFICES["budget_executed"],
    Cell(None, 135000, 300000, "0.4500", None),
    "2026-10-31",
    "R1",
    {"allotted": 500000, "recovered": 30000},
)
LATE = Measure(
    OFFICES["complaints_late"],
    Cell(None, 4, 50, "0.0800", None),
    "2026-10-31",
    "R1",
    {"open": 3},
)
NOTHING = Measure(
    OFFICES["reviews_overdue"],
    Cell(None, None, None, None, "no_data"),
    "2026-10-31",
    "R1",
    lacks=("review",),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return replace(report(tmp_path_factory.mktemp("offices")), offices=(MONEY, LATE, NOTHING))


def test_the_page_has_a_card_a_figure_in_both_languages(told: Report) -> None:
    page = to_html(told)
    section = page.split('<section id="offices">')[1].split("</section>")[0]
    cards = section.split("<article")[1:]
    assert [card.split('id="figure-')[1].split('"')[0] for card in cards] == [
        *("budget_executed", "complaints_late", "reviews_overdue")
    ]
    money, late, nothing = cards
    for words in ("1,350.00", "3,000.00", "45.00 %", "资金执行进度", "Budget executed", "5,000.00"):
        assert words in money
    for words in ("8.00 %", "至今未答复", "still open", "件"):
        assert words in late
    assert "未检查：缺少复核台账" in nothing
    assert "not checked: reviews missing" in nothing
    assert 'id="offices"' not in to_html(replace(told, offices=()))


def test_workbook_and_machines_have_them_too(told: Report) -> None:
    rows = next(sheet for sheet in sheets(told) if sheet.name.startswith("指标")).rows
    of_money = [row for row in rows if row[0] == "资金执行进度"]
    assert [str(value) for value in of_money[0][4:7]] == ["1350.0", "3000.0", "45.00 %"]
    assert {row[1] for row in of_money} == {"Budget executed"}
    assert [row[3] for row in of_money[1:]] == ["本年度预算", "已追回"]
    found = to_json(told)["offices"]
    assert (found["complaints_late"]["numerator"], found["complaints_late"]["beside"]) == (
        4,
        {"open": 3},
    )
    assert found["reviews_overdue"]["lacks"] == ["review"]
