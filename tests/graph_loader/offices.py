"""A jurisdiction of two offices, small enough to see through: a register of people, and cars."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from graph_loader.numbers import with_check
from ontology.pack import Pack
from ontology.regions import Region, Regions
from ontology.sources import read_sources
from ontology.standards import Standards
from ontology.vocabulary import Item, Kind, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

BOTH = {"zh": "某", "en": "some"}


def item(name: str, unit: str, datatype: str, **more: object) -> Item:
    return Item(name=name, unit_of=unit, datatype=datatype, label=BOTH, **more)  # type: ignore[arg-type]


ITEMS = (
    item("birth_date", "person", "date"),
    item("rural", "household", "boolean"),
    item("registered_in", "person", "region"),
    item("relation", "membership", "enum", values=("head", "child")),
    item("spouse_number", "person", "string", sensitivity="identity"),
    item("plate", "vehicle", "string"),
    item("vehicle_kind", "vehicle", "enum", values=("car", "truck")),
    item("price", "vehicle", "decimal", scale=100, least=Decimal(0), greatest=Decimal(1000000)),
    item("registered_on", "vehicle", "date"),
    item("seats", "vehicle", "integer", least=Decimal(0), greatest=Decimal(60)),
)
KINDS = ("membership", "vehicle", "means_survey")
VOCABULARY = Vocabulary(
    items={each.name: each for each in ITEMS},
    kinds={name: Kind(name=name, owner="person", label=BOTH) for name in KINDS},
)
REGIONS = Regions(
    {
        "CN": Region("CN", "", "country", BOTH),
        "33": Region("33", "CN", "province", BOTH),
        "330382": Region("330382", "33", "county", BOTH),
    }
)
REGISTER = """\
id: register
department: police
files: "户籍*.*"
gives: [Person, Household, Membership]
of: {person: {id_number: 身份证号, name: 姓名}, household: {number: 户号}}
key: [person_number, household_number]
complete: {regions: ["330382"], until: 2026-10-31}
columns:
  relation: {from: 关系, values: {户主: head, 子女: child}}
  birth_date: {from: 出生日期, formats: ["%Y-%m-%d", "%Y/%m/%d", excel]}
  rural: {from: 农村, optional: true}
  registered_in: {from: 户籍地, optional: true}
  spouse_number: {from: 配偶证号, optional: true}
"""
CARS = """\
id: cars
department: police
files: ["车辆*.csv", "车辆*.xlsx", "车辆*.parquet"]
encoding: [utf-8-sig, gb18030]
gives: Vehicle
of: {person: {id_number: 身份证号, name: 车主}}
key: [plate]
complete: {regions: ["330382"], from: 2026-01-01, until: 2026-10-31}
columns:
  plate: 号牌
  vehicle_kind: {from: 类型, values: {小汽车: car, 货车: truck}}
  price: 价格（元）
  registered_on: {from: 登记日期, formats: ["%Y-%m-%d", "%Y/%m/%d", excel]}
  seats: {from: 座位, optional: true}
"""
HEADER = "号牌,车主,身份证号,类型,价格（元）,登记日期\n"


def number(body: str) -> str:
    """Seventeen digits with their check digit."""
    return str(with_check(pl.Series([body])).item())


ZHANG = number("33038219800101123")
LI = number("33038219900202002")
WANG = number("33038220100303001")


def car(plate: str = "浙C10001", owner: str = "张三", who: str = ZHANG, **more: str) -> str:
    """A line of the cars' file."""
    told = {"kind": "小汽车", "price": "1000.50", "on": "2020-05-06"} | more
    return f"{plate},{owner},{who},{told['kind']},{told['price']},{told['on']}\n"


def pack(folder: Path, *sources: str) -> Pack:
    """The pack with these sources (both, by default)."""
    place = folder / "pack" / "sources"
    place.mkdir(parents=True, exist_ok=True)
    for at, text in enumerate(sources or (REGISTER, CARS)):
        (place / f"{at}.yaml").write_text(text, encoding="utf-8")
    found, faults = read_sources(place, VOCABULARY)
    assert faults == []
    return Pack(
        path=folder / "pack",
        id="small",
        version="1",
        title=BOTH,
        currency="CNY",
        languages=("zh", "en"),
        digest="",
        vocabulary=VOCABULARY,
        classes={},
        programmes={},
        acts={},
        articles={},
        standards=Standards((), REGIONS),
        regions=REGIONS,
        compatibility=(),
        departments={},
        sources=found,
        procedures=(),
        cases=(),
        questions=(),
    )


def write(folder: Path, name: str, text: str, encoding: str = "utf-8-sig") -> Path:
    """A file that an office hands in."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path
