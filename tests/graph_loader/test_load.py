from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from graph_loader.errors import LoadError
from graph_loader.lake import Lake
from graph_loader.load import LoadReport, load
from graph_loader.rows import current
from tests.graph_loader.offices import (
    CARS,
    HEADER,
    LI,
    REGISTER,
    WANG,
    ZHANG,
    car,
    number,
    pack,
    write,
)

if TYPE_CHECKING:
    import polars as pl

TODAY = date(2026, 10, 31)
PLATES = ["浙C10001", "浙C10002"]


class Office:
    """A lake, a pack and a folder of files."""

    def __init__(self, folder: Path, *sources: str) -> None:
        self.folder = folder
        self.pack = pack(folder, *sources)
        self.lake = Lake(folder / "lake")

    def load(self, text: str, name: str = "车辆.csv", encoding: str = "utf-8-sig") -> LoadReport:
        return self.load_paths(write(self.folder / "files", name, text, encoding))

    def load_paths(self, *paths: Path) -> LoadReport:
        report = load(self.lake, self.pack, paths, today=TODAY)
        assert report.accepted + report.refused == report.read
        return report

    def rows(self, source: str = "cars") -> pl.DataFrame:
        return current(self.lake, source).collect().sort("_row")

    def rejects(self, *columns: str) -> list[tuple[object, ...]]:
        return self.lake.read("rejects").collect().sort("row").select(columns).rows()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    return report.read, report.accepted, report.refused, report.repeated


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_rows_become_typed_columns_that_say_where_they_stood(office: Office, encoding: str) -> None:
    report = office.load(HEADER + car() + car("浙C10002", price="", on=""), encoding=encoding)
    assert counts(report) == (2, 2, 0, 0)
    assert report.new == 2
    columns = (
        "person_number",
        "person_name",
        "unit",
        "plate",
        "vehicle_kind",
        "price",
        "registered_on",
    )
    assert office.rows().select(columns).rows() == [
        (ZHANG, "张三", "person", "浙C10001", "car", 100050, date(2020, 5, 6)),
        (ZHANG, "张三", "person", "浙C10002", "car", None, None),
    ]
    place = office.rows().select("_load", "_sheet", "_row", "_key", "_source", "seats").rows()
    assert place == [(1, "", 2, "浙C10001", "cars", None), (1, "", 3, "浙C10002", "cars", None)]


def test_each_refused_row_says_where_why_and_what_would_be_right(office: Office) -> None:
    wrong = ZHANG[:-1] + ("0" if ZHANG[-1] != "0" else "1")
    lines = [
        car(),
        car("浙C2", who=wrong),
        car("浙C3", on="2020-02-30"),
        car("浙C4", price="很多"),
        car("浙C5", kind="飞机"),
        car("", "李四", LI),
        car("浙C7", who=""),
        car("浙C8", price="-1"),
        "浙C9,张三\n",
    ]
    report = office.load(HEADER + "".join(lines))
    assert counts(report) == (9, 1, 8, 0)
    assert office.rejects("row", "column", "value", "reason") == [
        (3, "身份证号", wrong, "bad_id_number"),
        (4, "登记日期", "2020-02-30", "bad_date"),
        (5, "价格（元）", "很多", "bad_amount"),
        (6, "类型", "飞机", "unknown_code"),
        (7, "号牌", None, "missing_value"),
        (8, "身份证号", None, "missing_value"),
        (9, "价格（元）", "-1", "out_of_range"),
        (10, "", "2 cells under 6 headers", "bad_row"),
    ]
    people = office.rejects("person_number", "person_name", "key", "accepts_zh", "accepts")
    assert people[0][:3] == (wrong, "张三", "浙C2")
    assert people[4][:3] == (LI, "李四", None)
    assert people[3][3:] == (
        "以下之一：car、truck、小汽车、货车",
        "one of: car、truck、小汽车、货车",
    )


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    first = office.load(HEADER + car())
    again = office.load(HEADER + car(), "车辆_又.csv")
    assert (first.version, again.version, again.new) == (1, 1, 0)
    assert [file.status for file in again.files] == ["known"]


def test_repeated_rows_are_accepted_and_stored_once(office: Office) -> None:
    report = office.load(HEADER + car() + car() + car("浙C10002"))
    assert counts(report) == (3, 3, 0, 1)
    later = office.load(HEADER + car() + car("浙C10003"), "车辆2.csv")
    assert counts(later) == (2, 2, 0, 1)
    assert office.rows()["plate"].to_list() == ["浙C10001", "浙C10003", "浙C10002"]


def test_a_key_with_two_contents_in_one_file_is_refused_the_second_time(office: Office) -> None:
    report = office.load(HEADER + car() + car(price="2") + car())
    assert counts(report) == (3, 2, 1, 1)
    assert office.rejects("row", "reason", "value") == [(3, "key_twice_different", "浙C10001")]
    assert office.rows()["price"].to_list() == [100050]


def test_a_later_file_brings_a_newer_version_and_the_older_is_kept(office: Office) -> None:
    office.load(HEADER + car())
    report = office.load(HEADER + car(price="2") + car("浙C10002"), "车辆2.csv")
    assert (counts(report), report.load, report.version) == ((2, 2, 0, 0), 2, 2)
    assert office.rows().select("plate", "price").sort("plate").rows() == [
        (PLATES[0], 200),
        (PLATES[1], 100050),
    ]
    assert office.lake.read("rows_cars").collect().height == 3
    assert current(office.lake.at(1), "cars").collect()["price"].to_list() == [100050]


def test_two_files_of_one_call_that_differ_count_as_two_loads(office: Office) -> None:
    files = [
        write(office.folder / "files", f"车辆{at}.csv", HEADER + car(price=str(at)))
        for at in (1, 2)
    ]
    report = office.load_paths(*files)
    assert (report.version, report.load) == (1, 2)
    assert office.rows()["price"].to_list() == [200]
    assert sorted(office.lake.read("rows_cars").collect()["_load"]) == [1, 2]


def test_a_file_that_no_source_describes_names_the_nearest(office: Office) -> None:
    report = office.load("号牌,车主,身份证号\n浙C1,张三,1\n")
    says = report.files[0].says
    assert (report.files[0].status, report.version) == ("refused", 0)
    assert "Nearest: `cars`; missing columns: 类型, 价格（元）, 登记日期" in says
    moved = office.load(HEADER + car(), "船舶.csv").files[0].says
    assert "columns are those of `cars`, whose files are named 车辆*.csv" in moved
    assert office.lake.version() == 0


def test_an_encoding_that_the_source_does_not_take_is_refused(tmp_path: Path) -> None:
    office = Office(tmp_path, CARS.replace("[utf-8-sig, gb18030]", "utf-8-sig"))
    report = office.load(HEADER + car(), encoding="gb18030")
    assert report.files[0].says == "It is written in gb18030; `cars` takes utf-8-sig."


def test_a_moved_header_titles_and_totals_are_no_data(office: Office) -> None:
    text = (
        "机动车登记表\n制表单位：车管所\n"
        + HEADER
        + car()
        + HEADER
        + "合计,2,,,2000,\n制表人：王,,,,,\n,,,,,\n"
    )
    report = office.load(text)
    assert counts(report) == (1, 1, 0, 0)
    assert report.files[0].notes == (
        "empty rows: 1",
        "row 5: the header again",
        "row 6: a totals row, 合计",
        "row 7: a remark, 制表人：王",
    )
    assert office.rows()["_row"].to_list() == [4]


def test_a_totals_row_that_looks_like_data_is_refused(office: Office) -> None:
    assert counts(office.load(HEADER + car("合计"))) == (1, 0, 1, 0)
    assert office.rejects("row", "reason") == [(2, "totals_row")]


def test_a_pack_that_reads_a_file_otherwise_reads_it_again(office: Office) -> None:
    text = HEADER + car() + car("浙C2", kind="轿车")
    assert counts(office.load(text)) == (2, 1, 1, 0)
    office.pack = pack(
        office.folder, REGISTER, CARS.replace("小汽车: car", "小汽车: car, 轿车: car")
    )
    assert counts(office.load(text)) == (2, 2, 0, 1)


def test_a_workbook_of_several_sheets(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, plate in (("一月", "浙C1"), ("二月", "浙C2")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER.strip().split(","))
        sheet.append([plate, "张三", ZHANG, "小汽车", 12.5, date(2026, 1, 5)])
    book.create_sheet("说明").append(["填表说明"])
    path = tmp_path / "车辆.xlsx"
    book.save(path)
    report = office.load_paths(path)
    assert counts(report) == (2, 2, 0, 0)
    assert {file.sheet for file in report.files} == {"一月", "二月"}
    assert "说明: No source describes it" in report.files[0].says
    assert office.rows().select("_sheet", "price", "registered_on").sort("_sheet").rows() == [
        ("一月", 1250, date(2026, 1, 5)),
        ("二月", 1250, date(2026, 1, 5)),
    ]


def test_the_register_gives_people_and_households(office: Office) -> None:
    header = "户号,姓名,身份证号,关系,出生日期,农村,配偶证号\n"
    text = header + f"H1,张三,{ZHANG},户主,1980-01-01,是,{LI}\nH1,王五,{WANG},子女,2001-03-03,,\n"
    office.load(text + f"H2,赵六,{number('33038219900303003')},户主,2027-01-01,,\n", "户籍.csv")
    found = office.rows("register").select(
        "household_number", "relation", "birth_date", "rural", "spouse_number"
    )
    assert found.rows() == [
        ("H1", "head", date(1980, 1, 1), True, LI),
        ("H1", "child", date(2001, 3, 3), None, None),
    ]
    assert office.rejects("column", "reason", "household_number") == [
        ("出生日期", "out_of_range", "H2")
    ]


def test_no_key_tells_an_identity_number(office: Office) -> None:
    header = "户号,姓名,身份证号,关系,出生日期\n"
    office.load(header + f"H1,张三,{ZHANG},户主,1980-01-01\n", "户籍.csv")
    assert office.rows("register")["_key"].to_list() == ["~339915632191833820/H1"]


def test_completeness_is_what_the_pack_declares_now(office: Office) -> None:
    office.load(HEADER + car())
    declared = office.lake.read("completeness").collect().drop("load").rows()
    assert declared == [("cars", "vehicle", "330382", date(2026, 1, 1), date(2026, 10, 31))]
    office.pack = pack(
        office.folder, REGISTER, CARS.replace("from: 2026-01-01", "from: 2026-06-01")
    )
    office.load(HEADER + car("浙C2"), "车辆2.csv")
    assert office.lake.read("completeness").collect()["from"].to_list() == [date(2026, 6, 1)]


def test_progress_tells_files(office: Office) -> None:
    told: list[tuple[str, int, int]] = []
    paths = [
        write(office.folder / "files", f"车辆{at}.csv", HEADER + car(f"浙C{at}")) for at in range(2)
    ]
    load(office.lake, office.pack, paths, today=TODAY, progress=lambda *step: told.append(step))
    assert told == [("车辆0.csv", 0, 2), ("车辆1.csv", 1, 2), ("", 2, 2)]


def test_a_path_that_leads_nowhere_is_an_error_and_nothing_is_written(office: Office) -> None:
    with pytest.raises(LoadError, match="no file"):
        office.load_paths(Path("nowhere.csv"))
    assert office.lake.version() == 0


def test_numbers_as_people_type_them_are_one_person(office: Office) -> None:
    odd = ZHANG.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    office.load(
        HEADER
        + car("浙C1", who=f" {ZHANG}")
        + car("浙C2", who=odd)
        + car("浙C3", who=ZHANG.lower())
    )
    assert set(office.rows()["person_number"]) == {ZHANG}


@pytest.mark.parametrize("text", [HEADER, HEADER.strip(), HEADER + "合计,0,,,,\n"])
def test_a_file_without_rows_is_loaded_and_says_that_there_are_none(
    office: Office, text: str
) -> None:
    report = office.load(text)
    assert counts(report) == (0, 0, 0, 0)
    assert [file.status for file in report.files] == ["loaded"]


@pytest.mark.parametrize("text", ["", "\n\n", "随便写的\n"])
def test_a_file_without_a_table_is_refused(office: Office, text: str) -> None:
    assert [file.status for file in office.load(text).files] == ["refused"]


def test_a_newer_whole_file_withdraws_what_it_leaves_out(office: Office) -> None:
    zhang, wang = car(PLATES[0], "张三", ZHANG), car(PLATES[1], "王五", WANG)
    office.load(HEADER + zhang + wang)
    sold = office.load(HEADER + wang)
    assert (sold.new, sold.repeated, sold.withdrawn) == (0, 1, 1)
    assert office.rows()["plate"].to_list() == [PLATES[1]]
    kept = office.lake.read("rows_cars").collect().sort("_load", "_row")
    assert kept["_gone"].to_list() == [False, False, True]


def test_what_was_withdrawn_and_is_stated_again_is_there_again(office: Office) -> None:
    zhang, wang = car(PLATES[0], "张三", ZHANG), car(PLATES[1], "王五", WANG)
    office.load(HEADER + zhang + wang)
    office.load(HEADER + wang)
    back = office.load(HEADER + wang + zhang)
    assert (back.new, back.repeated, back.withdrawn) == (1, 1, 0)
    assert sorted(office.rows()["plate"].to_list()) == PLATES


def test_a_file_of_another_name_withdraws_nothing(office: Office) -> None:
    zhang, wang = car(PLATES[0], "张三", ZHANG), car(PLATES[1], "王五", WANG)
    office.load(HEADER + zhang, name="车辆_一.csv")
    other = office.load(HEADER + wang, name="车辆_二.csv")
    assert other.withdrawn == 0
    assert sorted(office.rows()["plate"].to_list()) == PLATES
