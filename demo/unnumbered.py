"""Rows that name nobody by a clean number, written over a county's register, and whom they mean.

The mix is stated: 40 % one digit wrong, 20 % no number, 20 % a homophone or variant in the name,
10 % twins and namesakes in one village, 10 % moved house; beside them some about strangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path  # noqa: TC003 - it is called while running
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl

from demo.dates import AS_OF
from demo.identity import check_digits, is_valid
from demo.names import FEMALE, MALE, SURNAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row: TypeAlias = dict[str, str | None]
MIX: Final = {
    "one_digit_wrong": 40,
    "no_number": 20,
    "homophone_or_variant": 20,
    "twins_and_namesakes": 10,
    "moved_house": 10,
}
STRANGERS: Final = 5
"""Of a hundred, beside the mix: people whom no register knows."""
REGISTER: Final = "常住人口登记_*.csv"
ADDED: Final = "常住人口登记_增补.csv"
LIST: Final = "村社区服务台账.csv"
TRUTH: Final = "unnumbered.csv"
THINGS: Final = ("理发", "助餐", "助浴", "保洁")
SINCE: Final = date(2026, 5, 1)
DAYS: Final = 180
BLANKS: Final = 0.5
"""Share of wrong numbers beside which birth date, sex and village are left out."""
SLIPS: Final = 0.15
"""Share of the rows without a number in whose birth date a digit is wrong or two are swapped."""
SAME_BIRTHDAY: Final = 0.2
"""Share of namesakes born on one day: of half of these nothing tells which is meant."""
KEYED: Final = 0.4
"""Share of those who moved whose number is there, with a digit wrong."""
SOUNDS: Final = (
    "伟维为威", "建健剑渐", "明铭名鸣", "志智致治", "强蔷", "海骇", "军君均钧", "永勇泳", "华桦花",
    "平萍苹", "成诚承程", "辉晖徽", "光广", "荣容蓉", "福富付", "祥详翔", "庆清青", "林琳霖邻",
    "松嵩", "柏博伯", "浩皓昊豪", "宇雨羽玉", "杰洁捷", "俊骏峻", "振震镇", "秀绣", "英瑛莹颖",
    "兰岚蓝", "芳方放", "丽莉利力", "娟绢", "敏民", "静靖敬晶", "燕艳雁彦", "红虹宏洪", "梅玫",
    "雪学", "琴芹勤", "云芸耘", "霞侠遐", "春椿", "香湘相", "珍真贞", "美镁", "凤风峰奉", "月悦越",
    "雅亚娅", "欣鑫馨心", "怡宜仪", "婷亭廷", "佳家嘉", "琪其奇琦", "思丝斯", "梦孟", "娜那",
    "璐露路", "晴情", "涵寒函", "轩宣萱", "龙隆", "胜盛圣", "利力立", "金今锦", "东冬栋", "文雯闻",
    "晓小筱", "斌彬滨", "国郭", "斯丝", "强墙",
)  # fmt: skip
OLD: Final = {
    "国": "國", "华": "華", "兰": "蘭", "杰": "傑", "叶": "葉", "云": "雲", "龙": "龍", "丽": "麗",
    "凤": "鳳", "东": "東", "荣": "榮", "庆": "慶", "辉": "輝", "军": "軍", "伟": "偉", "强": "強",
    "红": "紅", "梦": "夢", "陈": "陳", "郑": "鄭", "张": "張", "赵": "趙", "刘": "劉", "卢": "盧",
}  # fmt: skip
"""Old forms as old papers have them."""
LETTERS: Final = {"璐": "LU", "琪": "QI", "莹": "YING", "颖": "YING", "婷": "TING", "轩": "XUAN"}
"""What is typed where an input method lacks a character."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: rows, of which about strangers, and the table of whom each means."""

    rows: int
    strangers: int
    truth: Path


def make_unnumbered(home: Path, *, rows: int, seed: int) -> Made:
    """Add a list of rows without a valid number to the files of a county, and its truth."""
    maker = _Maker(home / "files", np.random.default_rng(seed))
    lines: list[Row] = []
    truth: list[tuple[str, int, str, str | None]] = []
    for what, whom, row in maker.rows(rows):
        truth.append((LIST, len(lines) + 2, what, whom))
        lines.append(row)
    schema = dict.fromkeys(maker.shape, pl.String)
    pl.DataFrame(lines, schema, orient="row").write_csv(home / "files" / LIST)
    maker.write_added()
    told = pl.DataFrame(truth, ["file", "row", "what", "id_number"], orient="row")
    (home / "truth").mkdir(parents=True, exist_ok=True)
    told.write_csv(home / "truth" / TRUTH)
    return Made(len(lines), int(told["id_number"].null_count()), home / "truth" / TRUTH)


class _Maker:
    """The register of a county, whom it lacks so far, and the rows that are made over it."""

    shape = (
        "服务对象", "身份证号", "性别", "出生日期", "居住地区划", "服务项目", "服务日期",
        "提供单位",
    )  # fmt: skip

    def __init__(self, files: Path, rng: np.random.Generator) -> None:
        self.files = files
        self.rng = rng
        found = [
            pl.read_csv(file, encoding="gb18030", infer_schema=False)
            for file in sorted(files.glob(REGISTER))
            if file.name != ADDED
        ]
        people = pl.concat(found).filter(pl.col("迁出日期").is_null())
        self.people = people.unique("公民身份号码", keep="first", maintain_order=True)
        self.numbers = set(self.people["公民身份号码"])
        self.villages = self.people["居住地区划"].unique().sort().to_list()
        self.added: list[Row] = []
        self.makers: dict[str, Callable[[Row], tuple[Row, Row]]] = {
            "one_digit_wrong": self._one_digit_wrong,
            "no_number": self._no_number,
            "homophone_or_variant": self._homophone,
            "twins_and_namesakes": self._doubles,
            "moved_house": self._moved,
        }

    def rows(self, count: int) -> Iterator[tuple[str, str | None, Row]]:
        """What is wrong with each row, whose number it should have had, and the row."""
        if count > self.people.height:
            raise ValueError(f"{count} rows asked of {self.people.height} people")
        order = self.rng.permutation(self.people.height)[:count]
        kinds = [what for what, share in MIX.items() for _ in range(share)]
        for at, person in enumerate(self.people[order.tolist()].iter_rows(named=True)):
            what = kinds[at * len(kinds) // count] if count >= len(kinds) else kinds[at]
            meant, row = self.makers[what](person)
            yield what, meant["公民身份号码"], self._line(row)
        for _ in range(count * STRANGERS // 100):
            yield "stranger", None, self._line(self._stranger())

    def write_added(self) -> None:
        """The twins and namesakes whom the register did not have."""
        table = pl.DataFrame(self.added, self.people.schema, orient="row")
        (self.files / ADDED).write_bytes(table.write_csv().encode("gb18030"))

    def _line(self, person: Row) -> Row:
        """A person as a line of the list; what was blanked stays so."""
        day = SINCE + timedelta(days=int(self.rng.integers(DAYS)))
        told = (
            person["姓名"], person["公民身份号码"], person["性别"], person["出生日期"],
            person["居住地区划"], self._one(THINGS), day.isoformat(), "街道办事处",
        )  # fmt: skip
        return dict(zip(self.shape, told, strict=True))

    def _one(self, of: tuple[str, ...] | list[str] | str) -> str:
        return str(of[int(self.rng.integers(len(of)))])

    def _one_digit_wrong(self, person: Row) -> tuple[Row, Row]:
        row = person | {"公民身份号码": self._slipped(str(person["公民身份号码"]))}
        if self.rng.random() < BLANKS:
            row |= dict.fromkeys(("性别", "出生日期", "居住地区划"))
        return person, row

    def _slipped(self, number: str) -> str:
        """A digit other, lost, or changed with the next; never a valid number."""
        while True:
            at, way = int(self.rng.integers(17)), self.rng.random()
            digit = str(self.rng.integers(10))
            wrong = number[:at] + digit + number[at + 1 :]
            if way < 0.1:  # noqa: PLR2004 - one in ten
                wrong = number[:at] + number[at + 1 :]
            elif way < 0.2:  # noqa: PLR2004 - another one
                wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            if wrong != number and not is_valid(wrong):
                return wrong

    def _no_number(self, person: Row) -> tuple[Row, Row]:
        row = person | {"公民身份号码": None}
        if self.rng.random() < SLIPS:
            row |= {"出生日期": self._misdated(_day(str(person["出生日期"])))}
        return person, row

    def _misdated(self, day: date) -> str:
        """The day with two neighbouring digits swapped or one wrong, still a day of the past."""
        text = day.strftime("%Y%m%d")
        while True:
            at = int(self.rng.integers(2, 7))
            wrong = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            if self.rng.random() < 0.5:  # noqa: PLR2004 - half
                wrong = text[:at] + str(self.rng.integers(10)) + text[at + 1 :]
            if wrong != text and _is_day(wrong):
                return f"{wrong[:4]}-{wrong[4:6]}-{wrong[6:]}"

    def _homophone(self, person: Row) -> tuple[Row, Row]:
        return person, person | {"公民身份号码": None, "姓名": self._misspelt(str(person["姓名"]))}

    def _misspelt(self, name: str) -> str:
        """One character as another that sounds like it, in its old form, or in letters."""
        ways = []
        for at, letter in enumerate(name):
            if at and (group := next((g for g in SOUNDS if letter in g), "")):
                others = [other for other in group if other != letter]
                ways += [name[:at] + other + name[at + 1 :] for other in others]
            for table in (OLD, LETTERS):
                if letter in table:
                    ways.append(name[:at] + table[letter] + name[at + 1 :])
        return self._one(ways) if ways else name

    def _doubles(self, person: Row) -> tuple[Row, Row]:
        twin = self.rng.random() < 0.5  # noqa: PLR2004 - half of them
        other = self._twin(person) if twin else self._namesake(person)
        self.added.append(other)
        meant = person if self.rng.random() < 0.5 else other  # noqa: PLR2004 - either
        row = meant | {"公民身份号码": None}
        if other["出生日期"] == person["出生日期"] and not twin and self.rng.random() < 0.5:  # noqa: PLR2004
            row |= {"公民身份号码": self._slipped(str(meant["公民身份号码"]))}
        return meant, row

    def _twin(self, person: Row) -> Row:
        """Born the same day in the same home, of the same sex, with another last character."""
        name = str(person["姓名"])
        letters = FEMALE if person["性别"] == "女" else MALE
        last = self._one([letter for letter in letters if letter != name[-1]])
        return self._added(person, _day(str(person["出生日期"])), {"姓名": name[:-1] + last})

    def _namesake(self, person: Row) -> Row:
        """Of the same name, sex and village, in another home, born another day as a rule."""
        born = _day(str(person["出生日期"]))
        if self.rng.random() >= SAME_BIRTHDAY:
            born -= timedelta(days=int(self.rng.integers(1, 4000)))
        home = str(person["户编号"])[:-4] + "9" + str(self.rng.integers(100, 1000))
        return self._added(person, born, {"户编号": home, "与户主关系": "户主"})

    def _added(self, person: Row, born: date, changes: Row) -> Row:
        kin = dict.fromkeys(("配偶证件号码", "父亲证件号码", "母亲证件号码"))
        if "户编号" not in changes:
            kin = {name: person[name] for name in kin if name != "配偶证件号码"} | {
                "配偶证件号码": None
            }
        number = self._number(born, female=person["性别"] == "女")
        told: Row = {"公民身份号码": number, "出生日期": born.isoformat()}
        return person | kin | told | changes

    def _number(self, born: date, *, female: bool) -> str:
        while True:
            serial = int(self.rng.integers(100, 500)) * 2 + (not female)
            body = f"330382{born:%Y%m%d}{serial:03d}"
            number = str(check_digits(pl.Series([body])).item())
            if number not in self.numbers:
                self.numbers.add(number)
                return number

    def _moved(self, person: Row) -> tuple[Row, Row]:
        elsewhere = [code for code in self.villages if code != person["居住地区划"]]
        row = person | {"居住地区划": self._one(elsewhere), "公民身份号码": None}
        if self.rng.random() < KEYED:
            row |= {"公民身份号码": self._slipped(str(person["公民身份号码"]))}
        return person, row

    def _stranger(self) -> Row:
        """Somebody whom the register lacks; every other one bears the name of one whom it has."""
        female = self.rng.random() < 0.5  # noqa: PLR2004 - half
        letters = FEMALE if female else MALE
        name = self._one(SURNAMES) + self._one(letters) + self._one(letters)
        village = self._one(self.villages)
        if self.rng.random() < 0.5:  # noqa: PLR2004 - half
            like = self.people.row(int(self.rng.integers(self.people.height)), named=True)
            name, village, female = like["姓名"], like["居住地区划"], like["性别"] == "女"
        born = AS_OF - timedelta(days=int(self.rng.integers(400, 33000)))
        told = {"姓名": name, "公民身份号码": None, "性别": "女" if female else "男"}
        return told | {"出生日期": born.isoformat(), "居住地区划": village}


def _day(text: str) -> date:
    """A day in one of the register's forms."""
    parts = text.replace("/", "-").split("-")
    whole = "".join(part.zfill(2) for part in parts)
    return date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))


def _is_day(text: str) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) < day <= AS_OF
