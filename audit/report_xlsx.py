"""The report as a workbook: summary, findings, evidence rows, decisions, figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from audit.report import not_checked, shown
from audit.report_view import views
from audit.report_words import BESIDE, FINDS, MARK, STATUS, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from audit.report import Report

BRAND: Final = "#c8102e"
WIDEST: Final = 60
Money = float  # a workbook knows no other: 15 digits, whole fen below 10^13 yuan


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its headings in both languages, its rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_xlsx(report: Report, path: Path) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        book.set_properties({"title": f"{report.pack.title['zh']} · {report.run.get('as_of')}"})
        head = book.add_format(
            {"bold": True, "font_color": "white", "bg_color": BRAND, "valign": "vcenter"}
        )
        money = book.add_format({"num_format": "#,##0.00"})
        number = book.add_format({"num_format": "#,##0"})
        for sheet in sheets(report):
            _write(book, sheet, {"head": head, "money": money, "number": number})


def sheets(report: Report) -> tuple[Sheet, ...]:
    """The five sheets in order."""
    return (_summary(report), _findings(report), _evidence(report), *_numbers(report))


def _summary(report: Report) -> Sheet:
    rows: list[list[Any]] = []
    for name, told in report.summary.items():
        question = report.questions[name]
        lacks = not_checked(told["not_checked"])["zh"] if told["not_checked"] else ""
        rows.append(
            [
                question.label["zh"],
                question.label["en"],
                said(FINDS, question.finds)["zh"],
                told["count"],
                told["households"],
                _yuan(told["money"]),
                told.get("receipt_not_known"),
                lacks,
            ]
        )
    rows += [[], *([name, "", "", str(value)] for name, value in report.run.items())]
    rows += [[name, "", "", v] for name, v in report.load.items() if isinstance(v, int)]
    headings = ("疑似问题", "question", "类别 kind", "条数 findings", "家庭 households")
    more = ("金额（元） money", "是否享受未知 receipt not known", "未检查 not checked")
    return Sheet("汇总 summary", (*headings, *more), rows)


def _findings(report: Report) -> Sheet:
    rows = []
    for name in report.summary:
        for view in views(report, name):
            evidence = "；".join(f"{says['zh']}={value['zh']}" for says, value in view.evidence)
            rows.append(
                [
                    view.id,
                    view.label["zh"],
                    view.unit["zh"],
                    view.unit_id,
                    view.household,
                    view.programme_id,
                    view.programme["zh"],
                    view.departments["zh"],
                    view.region_code,
                    view.region["zh"],
                    _number(view.money),
                    view.severity_label["zh"],
                    ", ".join(view.articles),
                    evidence,
                ]
            )
    headings = ("编号 id", "疑似问题 question", "对象 unit", "对象编号 unit id", "家庭 household")
    more = ("项目 programme", "项目名称", "部门 departments", "乡镇代码 region", "乡镇")
    last = ("金额（元） money", "硬/软 severity", "条文 articles", "证据 evidence")
    return Sheet("疑似 findings", (*headings, *more, *last), rows)


def _evidence(report: Report) -> Sheet:
    rows = [
        [view.id, row["source"]["zh"], row["file"], row["sheet"], row["row"], row["origin"]]
        for name in report.summary
        for view in views(report, name)
        for row in view.rows
    ]
    headings = ("编号 finding", "来源 source", "文件 file", "工作表 sheet", "行 row", "记录 origin")
    return Sheet("来源行 evidence rows", headings, rows)


def _numbers(report: Report) -> tuple[Sheet, Sheet]:
    decisions = [
        [name, report.pack.programmes[name].label["zh"], *(of.get(s, 0) for s in STATUS)]
        for name, of in report.decisions.items()
    ]
    headings = ("项目 programme", "名称", *(f"{w['zh']} {w['en']}" for w in STATUS.values()))
    return Sheet("判定 decisions", headings, decisions), _figures(report)


def _figures(report: Report) -> Sheet:
    rows: list[list[Any]] = []
    for measure in (*report.figures, *report.offices):
        figure, money = measure.figure, measure.figure.counts == "fen"
        label = (figure.label["zh"], figure.label["en"])
        for kind, cells in (
            ("合计 whole", (measure.whole,)),
            ("乡镇 township", measure.townships),
            ("项目 programme", measure.programmes),
        ):
            for cell in cells:
                numbers = (cell.numerator, cell.denominator)
                shown_ = [_yuan(n) if money else n for n in numbers]
                mark = said(MARK, cell.mark)["zh"] if cell.mark else ""
                value = shown(cell.value, figure.unit)
                of = [kind, cell.of or "", *shown_, value, mark, cell.rank]
                rows.append([*label, *of, measure.as_of])
        for name, number in measure.beside.items():
            beside = said(BESIDE, name)["zh"]
            rows.append([*label, "旁注 beside", beside, _yuan(number) if money else number])
    headings = ("指标", "figure", "范围 of", "", "分子 N", "分母 M", "比值 N÷M", "标记 mark")
    return Sheet("指标 figures", (*headings, "名次 rank", "统计日 as of"), rows)


def _yuan(fen: int | None) -> Money | None:
    return None if fen is None else fen / 100


def _number(text: str) -> Money | None:
    return None if text == "—" else Money(text.replace(",", ""))


def _write(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, Any]) -> None:
    """Texts go in as texts: what a file says may begin with `=`."""
    page = book.add_worksheet(sheet.name)
    widths = [_width(heading) for heading in sheet.headings]
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, heading, formats["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            widths[column] = max(widths[column], _width(value))
            match value:
                case None | "":
                    pass
                case float():
                    page.write_number(last, column, value, formats["money"])
                case int():
                    page.write_number(last, column, value, formats["number"])
                case _:
                    page.write_string(last, column, str(value))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width + 2, WIDEST))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(last, 1), len(sheet.headings) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _width(value: Any) -> int:  # noqa: ANN401 - whatever a cell holds
    """How wide a text is printed: a Chinese character takes two places."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value or ""))  # noqa: PLR2004
