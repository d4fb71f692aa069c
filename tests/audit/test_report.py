from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import sync_playwright
from rich.console import Console

from audit.report import amount, show, shown, to_json, yuan
from audit.report_files import write
from audit.report_html import to_html
from audit.report_view import parameters, views
from tests.audit import report_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from audit.report import Report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_world.report(tmp_path_factory.mktemp("graph"))


@pytest.fixture(scope="module")
def written(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert [path.name for path in write(report, folder)] == ["report.html", "report.xlsx"]
    return folder


@pytest.fixture(scope="module")
def page(written: Path) -> Iterator[Page]:
    """The page with nothing but itself: whatever it asks of a network fails the test."""
    with sync_playwright() as browsers:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        opened = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: asked.append(str(error)))
        opened.goto((written / "report.html").as_uri())
        yield opened
        assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
        browser.close()


def test_machines_get_every_number_with_its_kind(report: Report) -> None:
    told = to_json(report)
    assert told["load"]["read"] == told["load"]["accepted"] + told["load"]["refused"]
    assert told["decisions"]["MZ01"] == {"eligible": 1, "not_eligible": 1, "undetermined": 1}
    assert told["findings"]["same_programme_same_month"] == {
        "count": 1,
        "households": 1,
        "money": "348.00",
        "surplus": 1,
        "not_checked": [],
        "receipt_not_known": 0,
    }
    assert told["findings"]["same_thing_same_day"]["count"] is None
    assert told["findings"]["same_thing_same_day"]["not_checked"] == ["service"]
    assert told["figures"]["suspected_gaps"]["numerator"] == 13
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["疑似应救未救", "未检查：缺少服务记录", "7,374.00"]),
        ("en", ["not checked: services"]),
    ],
)
def test_the_terminal_shows_it_in_both_languages(
    lang: str, words: list[str], report: Report
) -> None:
    console = Console(width=160, file=io.StringIO())
    console.print(show(report, lang))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert [word for word in words if word not in text] == []


def test_numbers_are_shown_as_their_kind_asks() -> None:
    assert (yuan(123450), yuan(None)) == ("1234.50", None)
    assert (amount(123450, "fen"), amount(1234, "pairs"), amount(None, "fen")) == (
        "1,234.50",
        "1,234",
        "—",
    )
    assert (shown("0.02134", "permille"), shown("0.5", "percent"), shown(None, "percent")) == (
        "21.3 ‰",
        "50.00 %",
        "—",
    )


def test_every_finding_leads_to_article_standard_and_source_rows(report: Report) -> None:
    for name in report.findings.asked:
        for view in views(report, name):
            assert view.articles, view.id
            assert view.rows, view.id
            assert all(row["row"] for row in view.rows), view.id
            assert view.standards, view.id
            assert all(s["from"] and s["region"]["zh"] for s in view.standards), view.id


def test_a_gap_names_the_standards_of_its_conditions_too(report: Report) -> None:
    of = parameters(report.pack, "MZ01", conditions=True)
    assert of[0] == "db"
    assert "fin_assets_months" in of
    assert parameters(report.pack, "MZ05", conditions=False)[0] == "db_edge"
    assert parameters(report.pack, None, conditions=True) == []


def test_what_files_say_is_never_markup(report: Report) -> None:
    page = to_html(report)
    assert "<b>发放</b>.csv" not in page
    assert "&lt;b&gt;发放&lt;/b&gt;.csv" in page
    assert page.count("</script>") == 3


def test_only_the_weightiest_are_on_the_page_and_it_says_so(report: Report) -> None:
    page = to_html(report, most=5)
    assert page.count('<details class="finding"') == 9
    assert "其余见 report.xlsx" in page


def test_no_title_blames_and_every_label_is_a_suspicion(report: Report) -> None:
    page = re.sub(r"<script.*?</script>", "", to_html(report), flags=re.DOTALL)
    assert not re.search("骗保|违规|冒领|最差", page)
    assert all(q.label["zh"].startswith("疑似") for q in report.questions.values())


def test_the_workbook_holds_all_findings_and_never_a_formula(report: Report, written: Path) -> None:
    book = openpyxl.load_workbook(written / "report.xlsx")
    assert [name.split()[1] for name in book.sheetnames] == [
        "summary",
        "findings",
        "evidence",
        "decisions",
        "figures",
    ]
    findings = book["疑似 findings"]
    assert findings.max_row == report.findings.frame.height + 1
    rows = list(book["来源行 evidence rows"].iter_rows(min_row=2))
    files = {row[2].value for row in rows}
    assert "=民政资金发放_2026.csv" in files
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    money = [row[10].value for row in findings.iter_rows(min_row=2)]
    assert sum(value or 0 for value in money) == pytest.approx(8766.00)


def test_an_auditor_walks_the_three_steps_in_the_page(page: Page) -> None:
    finding = page.locator("#question-same_programme_same_month details.finding").first
    finding.locator("summary").click()
    row = finding.locator(".sources tbody tr").first
    assert row.locator("td").nth(1).inner_text() == "=民政资金发放_2026.csv"
    assert int(row.locator("td").nth(3).inner_text()) > 1
    standard = finding.locator("tr.standard").first.inner_text()
    assert re.search(r"\d{4}-\d\d-\d\d", standard)
    chip = finding.locator(".law a.chip").first
    article = chip.inner_text()
    chip.click()
    assert page.locator(f"#article-{article} dd").is_visible()
    assert "社会救助法" in page.locator(f"#article-{article} dt").inner_text()


def test_the_reasons_of_a_gap_are_shown_with_standard_and_row(page: Page) -> None:
    finding = page.locator("#question-never_applied details.finding").first
    finding.locator("summary").click()
    reasons = finding.locator(".reasons").inner_text()
    assert "人均月收入低于低保标准" in reasons
    assert "演示假定值" in reasons
    assert "工资.csv" in reasons


def test_the_page_filters_and_speaks_english(page: Page) -> None:
    page.select_option("#by-question", "never_applied")
    assert page.locator("#showing").inner_text() == "显示 12 / 16 条"
    page.fill("#by-text", "h0033")
    assert page.locator("details.finding:visible").count() == 1
    page.click("#language")
    assert page.locator("h1").inner_text() == "Assistance audit report"
    assert page.locator("#showing").inner_text() == "1 of 16 shown"
    assert page.locator("#chart-kinds .main-svg").first.is_visible()
    page.click("#language")


@pytest.mark.parametrize("width", [390, 1366, 1920])
def test_nothing_runs_over_the_side(width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0
