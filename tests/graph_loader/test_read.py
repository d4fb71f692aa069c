from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from graph_loader.errors import LoadError
from graph_loader.read import Delivery, deliveries, opened
from graph_loader.read_csv import CsvGrid

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.read import Grid


def read(grid: Grid, header: int = 0) -> pl.DataFrame:
    return pl.concat(grid.below(header))


def rows(grid: CsvGrid, header: int = 0) -> list[tuple[object, ...]]:
    return read(grid, header).select(pl.exclude("_cells")).rows()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_seen_in_the_bytes(encoding: str, told: str, end: str) -> None:
    grid = CsvGrid(f"姓名,年龄{end}张三,5{end}李四,{end}".encode(encoding))
    assert grid.encoding == told
    assert grid.head[0] == ["姓名", "年龄"]
    assert rows(grid) == [("张三", "5", 2, None), ("李四", None, 3, None)]


def test_lines_are_counted_below_titles_and_blank_lines() -> None:
    grid = CsvGrid("某表\n\n姓名,年龄\n张三,5\n\n李四,6\n\n\n".encode())
    assert grid.head[2] == ["姓名", "年龄"]
    assert rows(grid, 2) == [("张三", "5", 4, None), ("李四", "6", 6, None)]


def test_a_line_with_too_few_or_too_many_cells_is_torn_and_the_others_are_whole() -> None:
    grid = CsvGrid(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n,,\n10,11,12")
    assert rows(grid) == [
        ("1", "2", "3", 2, None),
        ("4", "5", None, 3, "2 cells under 3 headers"),
        ("6", "7", "8", 4, "4 cells under 3 headers"),
        (None, None, None, 5, None),
        ("10", "11", "12", 6, None),
    ]


def test_line_ends_and_commas_inside_quotes_are_text() -> None:
    grid = CsvGrid(b'a,b\n"1,5","x ""y"""\n"2\n3",4\n5,6\n')
    assert rows(grid) == [
        ("1,5", 'x "y"', 2, None),
        ("2\n3", "4", 3, None),
        ("5", "6", 5, None),
    ]


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_the_separator_is_seen(sign: str) -> None:
    assert rows(CsvGrid(f"a{sign}b\n1{sign}2\n".encode())) == [("1", "2", 2, None)]


def test_one_cell_cut_inside_a_character_spoils_its_row_alone() -> None:
    lines = ["姓名,年龄\n", *("张三,5\n" for _ in range(300))]
    data = "".join(lines).encode("gb18030") + "李四".encode("gb18030")[:3] + b",6\n"
    grid = CsvGrid(data)
    found = read(grid)
    assert grid.encoding == "gb18030"
    assert found["_torn"].is_not_null().sum() == 1
    assert found["_row"][-1] == 302


def test_bytes_in_no_encoding_are_refused() -> None:
    with pytest.raises(ValueError, match="neither UTF-8 nor GB18030"):
        CsvGrid(bytes(range(128, 256)) * 50)


def workbook(fill: str = "plain") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    sheet["B1"] = "名册（2026年）"
    sheet.merge_cells("B1:E1")
    table: list[list[object]] = [
        ["姓名", "号码", "日期", "金额"],
        ["张三", 330382199001011234, date(2026, 1, 5), 0.1 + 0.2],
        ["李四", 330382900101123, 46027, 1234.5],
        ["王五", "330382199001011234", "2026/1/5", "=1/0"],
        [None, None, None, None],
        ["合计", 3, None, None],
    ]
    for at, cells in enumerate(table, start=2):
        for across, value in enumerate(cells, start=2):
            sheet.cell(at, across, value)
    if fill == "merged":
        sheet.merge_cells("B3:B4")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_tells_what_its_numbers_hide() -> None:
    (grid,) = Delivery("a.xlsx", workbook()).grids()
    assert (grid.sheet, grid.head[1]) == ("名册", ["姓名", "号码", "日期", "金额"])
    found = read(grid, 1).drop("_torn").rows()
    assert found[:2] == [
        ("张三", "3.30382199001011E+17", "2026-01-05 00:00:00", "0.3", 3),
        ("李四", "330382900101123", "46027", "1234.5", 4),
    ]
    assert found[2][:3] == ("王五", "330382199001011234", "2026/1/5")
    assert found[3] == ("合计", "3", None, None, 7)


def test_an_error_in_a_cell_is_no_empty_cell() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b'<c r="E5"><f>1/0</f><v /></c>', b'<c r="E5" t="e"><v>#DIV/0!</v></c>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    (grid,) = Delivery("a.xlsx", out.getvalue()).grids()
    assert read(grid, 1)["3"].to_list() == ["0.3", "1234.5", "#DIV/0!", None]


def test_merged_cells_hold_of_every_row() -> None:
    (grid,) = Delivery("a.xlsx", workbook("merged")).grids()
    assert read(grid, 1)["0"].to_list() == ["张三", "张三", "王五", "合计"]


def test_parquet_is_read_as_text() -> None:
    out = io.BytesIO()
    pl.DataFrame(
        {"a": [1.5, None], "b": [date(2026, 1, 5), None], "c": [True, None]}
    ).write_parquet(out)
    (grid,) = Delivery("a.parquet", out.getvalue()).grids()
    assert grid.head == [["a", "b", "c"]]
    assert read(grid).drop("_torn").rows() == [
        ("1.5", "2026-01-05", "true", 1),
        (None, None, None, 2),
    ]


def test_an_unknown_kind_of_file_says_what_to_do() -> None:
    with pytest.raises(LoadError, match=r"save it as \.xlsx or \.csv"):
        Delivery("a.xls", b"").grids()


def test_archives_are_opened_and_their_chinese_names_read(tmp_path: Path) -> None:
    path = tmp_path / "送.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("QQQQ.csv", b"a\n1\n")
        archive.writestr("新/表.csv", b"a\n1\n")
        archive.writestr("__MACOSX/x.csv", b"")
    path.write_bytes(path.read_bytes().replace(b"QQQQ", "名册".encode("gb18030")))
    assert [delivery.name for delivery in opened(path)] == ["送.zip/名册.csv", "送.zip/新/表.csv"]


def test_folders_are_read_in_the_order_of_names_without_what_lies_beside(tmp_path: Path) -> None:
    for name in ("b.csv", "a/c.csv", ".hidden", "~$b.xlsx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in deliveries([tmp_path])] == ["c.csv", "b.csv"]
    with pytest.raises(LoadError, match="no file"):
        deliveries([tmp_path / "nothing"])
