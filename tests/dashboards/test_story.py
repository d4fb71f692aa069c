"""A leader instructs on a figure and on a row, offices act, and it is closed with then and now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.dashboards.county import enrol, serving, walk

if TYPE_CHECKING:
    from tests.dashboards.conftest import Sit
    from tests.dashboards.county import Place
    from tests.dashboards.reader import Reader

ON_FIGURE = "请民政局牵头，逐户核查疑似应救未救，十个工作日内报送。"
ON_ROW = "此户情况请民政局本周内入户核实。"
REPORT = "已入户核查，符合条件的已协助申请。"
GUARANTEE = "最低生活保障"


def test_an_instruction_goes_from_a_figure_and_a_row_to_its_end(place: Place, sit: Sit) -> None:
    with serving(place), sit() as reader:
        reader.open()
        reader.sign_in("leader")
        cohort = instruct_on_the_figure(reader)
        household = instruct_on_a_row(reader)
        reader.sign_out()
        the_office_reports(reader, household)
        the_inspector_accepts(reader)
    enrol(place, household)
    walk(place.home)
    with serving(place), sit() as reader:
        the_leader_closes(reader, cohort)


def instruct_on_the_figure(reader: Reader) -> int:
    """From the card on Overview to sent; how many rows were frozen with it."""
    figure = "#overview-suspected_gaps"
    reader.sees("数据截至 2026-10-31", within=figure)
    assert re.search(r"\d+ / [\d,]+", reader.at(f"{figure} .of:not(.change)").inner_text())
    expect(reader.at("#overview-by-region tbody tr")).to_have_count(25)
    reader.click("作出批示", within=figure)
    reader.click("发出")  # nothing was written yet
    reader.sees("请写下批示内容", within=".ant-modal")
    reader.at("#give-words").fill(ON_FIGURE)
    seen = reader.at(".seen").inner_text()
    assisting = reader.at(".ant-select:has(#give-assist) .ant-select-selection-item-remove")
    while assisting.count():
        assisting.first.click()
    reader.click("发出")
    reader.sees("〔2026〕1 已发出", within=".toast")
    reader.at(".toast a").click()
    reader.sees("办理中", within=".instruction")
    reader.sees(ON_FIGURE, within=".quote")
    told = re.search(r"(\d+) 条，随批示冻结", seen)
    assert told
    return int(told[1])


def instruct_on_a_row(reader: Reader) -> str:
    """From the list, filtered by clicks, over the family's page to sent; which family it was."""
    reader.go("应救未救")
    everything = reader.at("#listing-total").inner_text()
    reader.at("#listing-programme").click()
    reader.at(".ant-select-item-option").get_by_text(GUARANTEE, exact=True).click()
    expect(reader.at("#listing-total")).not_to_have_text(everything)
    expect(reader.page).to_have_url(re.compile("programme=MZ01"))
    row = reader.at(".ag-center-cols-container .ag-row").first
    cell = row.locator('[col-id="household"]')
    expect(cell).to_have_text(re.compile(r"^H\d+$"))  # cells are filled after their rows stand
    household = cell.inner_text()
    row.click()
    reader.sees("政策条文", within=".panel")
    reader.at("#finding-purpose").fill("核")
    reader.click("打开家庭")
    reader.sees("至少 4 个字", within=".panel")
    reader.at("#finding-purpose").fill("领导批示前核查")
    reader.click("打开家庭")
    the_family_is_explained(reader, household)
    reader.page.go_back()
    reader.at(".ag-center-cols-container .ag-row").first.click()
    reader.click("作出批示", within=".panel")
    reader.at("#give-words").fill(ON_ROW)
    reader.click("发出")
    reader.sees("〔2026〕2 已发出", within=".toast")
    return household


def the_family_is_explained(reader: Reader, household: str) -> None:
    """Reasons with article, standard and source row; money out of a leader's sight; the graph."""
    reader.sees(f"家庭 {household}", within="h1")
    reader.sees("领导批示前核查", within=".head")
    reader.sees(GUARANTEE, within="#household-tree")
    reader.sees("未在保", within="#household-tree")
    reader.sees("按权限不显示数值", within="#household-tree")
    reader.sees(
        "低保标准 1100 元/人·月（乐清市，2026-01-01 起） 演示假定", within="#household-tree"
    )
    reader.at("#household-tree summary").get_by_text("社会救助法第18条").first.click()
    reader.sees("按月领取低保金", within="#household-tree")
    expect(reader.at("#household-graph canvas").first).to_be_visible()
    reader.at("summary").get_by_text("以文字列出").click()
    reader.sees(f"家庭 — 符合 → {GUARANTEE}")
    other = reader.at(".programmes button:not(.here)").first
    name = other.locator(".name").inner_text()
    if not other.is_visible():
        reader.at(".programmes summary").first.click()
    other.click()
    reader.sees(name, within="#household-tree h2")


def the_office_reports(reader: Reader, household: str) -> None:
    """Civil affairs receives both, reads the rows and the family, and reports."""
    reader.sign_in("civil-affairs")
    reader.go("批示")
    expect(reader.at(".pick")).to_have_count(2)
    for words in (ON_FIGURE, ON_ROW):  # the newest stands open: first the other
        reader.at(".pick").get_by_text(words).click()
        reader.sees(words, within=".quote")
        reader.click("签收")
        reader.sees("已签收", within=".assignment")
        reader.click("反馈")
        reader.click("确定")
        reader.sees("请填写办理情况", within="#step-wrong")
        reader.at("#step-body textarea").first.fill(REPORT)
        reader.click("确定")
        reader.sees("已反馈", within=".assignment")
    reader.at("#instruction-rows").click()
    reader.at("#instructions-cohort").get_by_text(household).click()
    reader.sees("办理批示 〔2026〕2", within=".head")
    value = reader.at("#household-tree .value").first
    expect(value).to_be_visible()  # the office sees what the leader does not
    reader.sign_out()


def the_inspector_accepts(reader: Reader) -> None:
    reader.sign_in("inspector")
    reader.go("批示")
    for words in (ON_FIGURE, ON_ROW):  # the newest stands open: first the other
        reader.at(".pick").get_by_text(words).click()
        reader.sees(words, within=".quote")
        reader.sees(REPORT, within=".assignment")
        reader.click("审核通过")
        reader.sees("待销号", within=".instruction .cardhead")
    reader.sign_out()


def the_leader_closes(reader: Reader, cohort: int) -> None:
    """Then and now stand before the closing and after it; the granted family is told."""
    reader.open("/instructions")
    reader.sign_in("leader")
    only(reader, "待销号")
    for words, of in ((ON_FIGURE, cohort), (ON_ROW, 1)):
        reader.at(".pick").get_by_text(words).click()
        reader.sees(words, within=".quote")
        reader.click("销号")
        rest = [f"尚存 {of - 1}"] if of > 1 else []
        for says in ("当时与现在", f"{of} = 已纳入 1", *rest):
            reader.sees(says, within=".ant-modal #then-now")
        reader.click("确定")
        reader.sees("已销号", within=".instruction .cardhead")
        reader.sees(f"{of} = 已纳入 1", within=".instruction #then-now")
    only(reader, "已销号")
    expect(reader.at(".pick")).to_have_count(2)


def only(reader: Reader, state: str) -> None:
    """The list cut to one state."""
    reader.at(".tabs").get_by_text(state).click()
    expect(reader.at(".tabs .here")).to_have_text(state)
