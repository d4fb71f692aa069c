from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ontology.sources import Source, read_source, read_sources
from tests.graph_loader.offices import CARS, REGISTER, VOCABULARY

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, text: str) -> tuple[Source | None, list[tuple[int, str]]]:
    path = folder / "cars.yaml"
    path.write_text(text, encoding="utf-8")
    source, faults = read_source(path, VOCABULARY)
    assert all(fault.file == str(path) for fault in faults)
    return source, [(fault.line, fault.says) for fault in faults]


def good(folder: Path, text: str) -> Source:
    source, faults = read(folder, text)
    assert faults == []
    assert source is not None
    return source


def test_a_source_says_what_each_column_is(tmp_path: Path) -> None:
    cars = good(tmp_path, CARS)
    assert (cars.id, cars.department, cars.kind, cars.key) == (
        "cars",
        "police",
        "vehicle",
        ("plate",),
    )
    assert cars.files == ("车辆*.csv", "车辆*.xlsx", "车辆*.parquet")
    assert cars.title == {"zh": "cars", "en": "cars"}
    assert cars.headers == ("身份证号", "车主", "号牌", "类型", "价格（元）", "登记日期")
    kind = cars.columns[1]
    assert (kind.name, kind.header, kind.values) == (
        "vehicle_kind",
        "类型",
        {"小汽车": "car", "货车": "truck"},
    )
    assert kind.item is VOCABULARY.items["vehicle_kind"]
    assert cars.columns[3].formats == ("%Y-%m-%d", "%Y/%m/%d", "excel")
    assert cars.columns[4].optional
    assert cars.complete is not None
    assert (cars.complete.regions, cars.complete.since) == (("330382",), date(2026, 1, 1))


def test_a_register_gives_the_record_of_its_people(tmp_path: Path) -> None:
    register = good(tmp_path, REGISTER)
    assert (register.kind, register.key) == ("membership", ("person_number", "household_number"))
    assert (register.about.person, register.about.household) == ("身份证号", "户号")
    assert register.columns[-1].item is None


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ("{household: {number: 户号}}", ("household", None, "户号", True)),
        ("{household_of: {id_number: 证号, name: 名}}", ("household_of", "证号", None, True)),
        ("{person: {id: PersonalID}}", ("person", "PersonalID", None, False)),
        (
            "{unit: {column: 对象, household: [户], person: [人], id_number: 证号}}",
            ("either", "证号", None, True),
        ),
    ],
)
def test_the_forms_of_whom_rows_are_about(
    tmp_path: Path, of: str, told: tuple[object, ...]
) -> None:
    about = good(tmp_path, CARS.replace("{person: {id_number: 身份证号, name: 车主}}", of)).about
    assert (about.subject, about.person, about.household, about.national) == told
    assert about.units == ({"户": "household", "人": "person"} if told[0] == "either" else {})


def test_rows_may_be_about_nobody(tmp_path: Path) -> None:
    text = CARS.replace("of: {person: {id_number: 身份证号, name: 车主}}\n", "")
    assert good(tmp_path, text).about.subject == "nobody"


@pytest.mark.parametrize(("says", "scale"), [("100", Decimal(100)), ("0.0001", Decimal("0.0001"))])
def test_a_column_may_count_otherwise_than_its_item(
    tmp_path: Path, says: str, scale: Decimal
) -> None:
    text = CARS.replace("price: 价格（元）", f"price: {{from: 价格, scale: {says}}}")
    assert good(tmp_path, text).columns[2].scale == scale


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("  seats:", "  saets:", 14, "no item `saets`. Did you mean `seats`?"),
        ("  seats:", "  rural_x:", 14, "no item `rural_x`. Did you mean `rural`?"),
        ("  seats:", "  relation:", 14, "`relation` is an item of `membership`"),
        ("gives: Vehicle", "gives: Vehicel", 5, "no kind `vehicel`. Did you mean `vehicle`?"),
        ("key: [plate]", "key: [plaet]", 7, "key `plaet` is no column here. Did you mean `plate`?"),
        ("key: [plate]", "", 1, "a source says its `key`"),
        (
            "小汽车: car",
            "小汽车: cra",
            11,
            "`cra` is no value of `vehicle_kind`. Did you mean `car`?",
        ),
        (
            "optional: true",
            "optoinal: true",
            14,
            "no word `optoinal` here. Did you mean `optional`?",
        ),
        ("encoding:", "encodnig:", 4, "no word `encodnig` here. Did you mean `encoding`?"),
        ("from: 2026-01-01", "from: soon", 8, "`from` is a date such as 2026-01-01"),
        ("{person:", "{persno:", 6, "`of` says person, household, household_of or unit"),
        ("price: 价格（元）", "price: {from: x, scale: 3}", 12, "`scale` is a power of ten"),
        ("price: 价格（元）", "price: {form: x}", 12, "`price` does not say `from` which header"),
        ("id: cars", "id: [cars", 2, "not YAML"),
    ],
)
def test_a_fault_stands_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in CARS
    source, faults = read(tmp_path, CARS.replace(old, new, 1))
    assert source is None
    assert any(at == line and says in told for at, told in faults), faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = CARS.replace("  seats:", "  saets:").replace("gives: Vehicle", "gives: Vehicel")
    assert len(read(tmp_path, text)[1]) >= 2


def test_no_two_sources_have_one_id(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(CARS, encoding="utf-8")
    sources, faults = read_sources(tmp_path, VOCABULARY)
    assert list(sources) == ["cars"]
    assert [fault.says for fault in faults] == ["source `cars` stands in a.yaml too"]
