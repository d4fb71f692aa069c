from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.gaps import near
from graph_loader.lake import Lake
from graph_loader.link import LinkReport, link
from graph_loader.load import load
from graph_loader.origins import origins
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
    from pathlib import Path

HOME = "户号,姓名,身份证号,关系,出生日期,农村,配偶证号\n"
FAMILY = f"H1,张三,{ZHANG},户主,1980-01-01,是,{LI}\nH1,王五,{WANG},子女,2001-03-03,,\n"
PERIOD = (date(2026, 1, 1), date(2026, 10, 31))


class County:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack = pack(folder)
        self.lake = Lake(folder / "lake")

    def send(self, **files: str) -> LinkReport:
        paths = [write(self.folder / "files", f"{name}.csv", text) for name, text in files.items()]
        load(self.lake, self.pack, paths, today=date(2026, 10, 31))
        return link(self.lake, self.pack)

    def people(self) -> dict[str, str]:
        return dict(self.lake.read("people").collect().select("id_number", "person").iter_rows())

    def names(self) -> dict[str, str | None]:
        return dict(self.lake.read("people").collect().select("id_number", "name").iter_rows())

    def gaps(self) -> set[tuple[str, str]]:
        """(source, number) of everyone whom a refused row leaves open."""
        known = {person: of for of, person in self.people().items()}
        gaps = self.lake.read("source_gaps").collect()
        return {
            (source, known[person]) for source, person in gaps.select("source", "person").rows()
        }


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def test_everyone_whom_a_row_names_has_one_id_also_the_spouse_nobody_registered(
    county: County,
) -> None:
    report = county.send(户籍=HOME + FAMILY, 车辆=HEADER + car() + car("浙C2"))
    assert (report.people, report.households, report.new_people) == (3, 1, 3)
    assert sorted(county.people().values()) == ["P00000001", "P00000002", "P00000003"]
    assert county.names() == {ZHANG: "张三", WANG: "王五", LI: None}
    households = (
        county.lake.read("households").collect().select("household", "number", "first_source")
    )
    assert households.rows() == [("H00000001", "H1", "register")]


def test_linking_again_changes_nothing_and_new_people_come_after_the_old(county: County) -> None:
    county.send(户籍=HOME + FAMILY)
    before = county.people()
    assert link(county.lake, county.pack).version == 2
    report = county.send(车辆=HEADER + car(owner="赵六", who=number("33038219900303003")))
    assert (report.new_people, report.people) == (1, 4)
    assert county.people().items() > before.items()
    assert county.people()[number("33038219900303003")] == "P00000004"


def test_a_name_that_comes_later_is_taken_up(county: County) -> None:
    county.send(户籍=HOME + FAMILY)
    county.send(车辆=HEADER + car(owner="李四", who=LI))
    assert county.names()[LI] == "李四"
    assert county.lake.at(2).read("people").collect()["name"].null_count() == 1


def test_files_in_any_order_give_the_same_ids(tmp_path: Path) -> None:
    one, other = County(tmp_path / "one"), County(tmp_path / "other")
    one.send(户籍=HOME + FAMILY, 车辆=HEADER + car())
    other.send(车辆=HEADER + car(), 户籍=HOME + FAMILY)
    assert one.people() == other.people()


def test_a_refused_row_leaves_open_whom_its_name_or_number_may_mean(county: County) -> None:
    wrong = ZHANG[:9] + str((int(ZHANG[9]) + 1) % 10) + ZHANG[10:]
    report = county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(owner="无名", who=wrong))
    assert county.gaps() == {("cars", ZHANG)}
    assert (report.refused, report.people_with_gaps, report.unattributable) == (1, 1, 0)
    gaps = county.lake.read("source_gaps").collect()
    assert gaps.select("from", "until").rows() == [PERIOD]


@pytest.mark.parametrize("name", ["王五", "王 五", "王　五"])
def test_a_name_alone_is_enough_where_the_number_is_lost(county: County, name: str) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(owner=name, who="3.3038E+17"))
    assert county.gaps() == {("cars", WANG)}


def test_a_right_number_means_that_person_and_no_namesake(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(owner="王五", on="2020-02-30"))
    assert county.gaps() == {("cars", ZHANG)}


def test_a_row_that_resembles_nobody_touches_nobody(county: County) -> None:
    report = county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(owner="无名", who="123"))
    assert (county.gaps(), report.unattributable) == (set(), 1)


def test_a_refused_member_leaves_the_whole_household_open(county: County) -> None:
    county.send(户籍=HOME + FAMILY + "H1,无名,1,子女,2001-03-03,,\n")
    assert county.gaps() == {("register", ZHANG), ("register", WANG)}


def test_a_number_turned_into_a_power_of_ten_is_known_by_its_first_digits(county: County) -> None:
    lost = f"{ZHANG[0]}.{ZHANG[1:15]}E+17"
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(owner="无名", who=lost))
    assert county.gaps() == {("cars", ZHANG)}


def test_a_gap_closes_when_the_row_comes_again_right(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car(on="2020-02-30"))
    assert county.gaps() == {("cars", ZHANG)}
    county.send(车辆2=HEADER + car())
    assert county.gaps() == set()


def test_a_gap_closes_when_the_same_file_comes_mended(county: County) -> None:
    county.send(户籍=HOME + FAMILY, 车辆=HEADER + car("浙C1", who=ZHANG[:-1]) + car("浙C2"))
    assert county.gaps() == {("cars", ZHANG)}
    county.send(车辆=HEADER + car("浙C2"))
    assert county.gaps() == set()


def test_all_numbers_within_one_digit() -> None:
    wrong = ZHANG[:-1] + ("0" if ZHANG[-1] != "0" else "1")
    short, long = ZHANG[:5] + ZHANG[6:], ZHANG[:5] + "7" + ZHANG[5:]
    old_wrong = "330382801301123"  # month 13
    said = pl.DataFrame({"reject": range(5), "number": [wrong, short, long, old_wrong, None]})
    found = near(said.cast({"reject": pl.get_index_type()}))
    for reject in range(3):
        assert ZHANG in found.filter(pl.col("reject") == reject)["number"]
        assert number("33038219801101134") not in found["number"]
    olds = found.filter(pl.col("reject") == 3)["number"].to_list()
    assert number("33038219800301123") in olds
    assert number("33038219801201123") in olds


def test_people_of_another_scheme_are_linked_by_their_own_number(tmp_path: Path) -> None:
    county = County(tmp_path)
    text = CARS.replace(
        "{person: {id_number: 身份证号, name: 车主}}",
        "{person: {id: 身份证号}, household: {number: 车主}}",
    )
    county.pack = pack(tmp_path, REGISTER, text)
    report = county.send(
        车辆=HEADER + car(owner="h1", who="77") + car("浙C2", "h1", "78") + car("浙C3", "h2", "77")
    )
    assert (report.people, report.households) == (2, 2)


def test_an_origin_leads_back_to_file_sheet_and_row(county: County) -> None:
    county.send(车辆=HEADER + car() + car("浙C2|3"))
    county.send(车辆2=HEADER + car("浙C9") + car(price="7"))
    found = origins(county.lake, ["cars|浙C10001", "cars|浙C2|3", "cars|nothing", "other|1", "x"])
    assert found.rows() == [
        ("cars|浙C10001", "车辆2.csv", "", 3),
        ("cars|浙C2|3", "车辆.csv", "", 3),
    ]
    assert origins(county.lake, []).is_empty()
