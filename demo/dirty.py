"""Planted dirt: rows of drawn people as departments spoil them, and what must happen to each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.files import NUMBER_MARK
from demo.identity import to_old
from demo.names import ODD_SURNAMES, unique_names
from demo.render import DIRT, PERSON, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

TABLE: Final = Path(__file__).parent / "scenarios" / "dirty.csv"
OUTCOMES: Final = ("accepted", "linked", "refused", "repeated")
"""`linked`: accepted without a valid number, and given to the person whose row it was."""
IN_PLACE: Final = ("accepted", "linked")
WIDE: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
NEIGHBOUR: Final = {"2": "1", "3": "4"}
"""330381 beside 330382, 330324 beside 330323."""
LONELY: Final = pl.len().over(pl.col("id_number").str.slice(0, 15)) == 1
"""Nobody else has the same first fifteen characters: all that a workbook's number keeps."""
BEFORE: Final = 1999
"""Fifteen-digit numbers were given to people born until this year."""


@dataclass(frozen=True, slots=True)
class Dirt:
    """One line of the table: what is wrong with so many rows of a source, and what must happen."""

    what: str
    source: str
    expected: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One planted row: its number, its line of the table, whose it is, which record it spoils."""

    number: int
    dirt: Dirt
    person: int
    row: int


def read_dirt() -> list[Dirt]:
    """The table of what is planted."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Dirt(**{k: v for k, v in r.items() if k != "count"}, count=int(r["count"])) for r in rows
    ]


def choose(
    rng: np.random.Generator, records: Mapping[str, pl.DataFrame], people: pl.DataFrame
) -> list[Spoilt]:
    """Rows to spoil, each of another ordinary drawn person; fewer if a small county lacks them."""
    found: list[Spoilt] = []
    taken: set[int] = set()
    for dirt in read_dirt():
        able = people.filter(FITTING.get(dirt.what, pl.lit(value=True))).filter("dirtable")
        rows = records[dirt.source].select("person").with_row_index("_row")
        rows = rows.join(able.select("person"), on="person", how="semi", maintain_order="left")
        rows = rows.unique("person", keep="first", maintain_order=True)
        rows = rows.filter(~pl.col("person").is_in(list(taken)))
        order = rng.permutation(len(rows))[: dirt.count]
        for row, person in rows[order.tolist()].rows():
            taken.add(person)
            found.append(Spoilt(len(found), dirt, person, row))
    return found


FITTING: Final = {
    "number_cell": LONELY,
    "lower_case_x": pl.col("id_number").str.ends_with("X"),
    "fifteen_digits": pl.col("birth").dt.year() <= BEFORE,
    "fifteen_digit_number_cell": pl.col("birth").dt.year() <= BEFORE,
}


def rename(people: pl.DataFrame, spoilt: list[Spoilt]) -> pl.DataFrame:
    """Give everyone whose rows are spoilt a name that nobody else has."""
    odd = unique_names(len(spoilt), ODD_SURNAMES)
    names = pl.DataFrame(
        {"person": [s.person for s in spoilt], "_odd": odd},
        schema={"person": pl.Int64, "_odd": pl.String},
    )
    renamed = people.join(names, on="person", how="left", maintain_order="left")
    return renamed.with_columns(name=pl.coalesce("_odd", "name")).drop("_odd")


def spoil(source: str, layout: Layout, table: pl.DataFrame, spoilt: list[Spoilt]) -> pl.DataFrame:
    """The rendered source with its planted rows changed or added."""
    mine = [s for s in spoilt if s.dirt.source == source]
    extra = []
    for planted in mine:
        row = table[planted.row].to_dicts()[0]
        changed = SPOILERS[planted.dirt.what](row, layout.columns) | {DIRT: planted.number}
        if planted.dirt.expected in IN_PLACE:
            table = _replace(table, planted.row, changed)
        else:
            extra.append(changed)
    added = pl.DataFrame(extra, table.schema, orient="row")
    return pl.concat([table, added]) if extra else table


def _replace(table: pl.DataFrame, at: int, row: dict[str, object]) -> pl.DataFrame:
    one = pl.DataFrame([row], table.schema, orient="row")
    return pl.concat([table[:at], one, table[at + 1 :]])


Row = dict[str, object]
Columns = dict[str, str]


def _changed(prop: str, change: Callable[[str], str | None]) -> Callable[[Row, Columns], Row]:
    def spoiler(row: Row, columns: Columns) -> Row:
        return row | {columns[prop]: change(str(row[columns[prop]]))}

    return spoiler


def _fifteen(number: str) -> str:
    return str(pl.select(to_old(pl.lit(number))).item())


def _wrong_digit(number: str) -> str:
    """The code of a neighbouring county before the rest, whose check digit is then wrong."""
    return number[:5] + NEIGHBOUR[number[5]] + number[6:]


def _other_plate(row: Row, columns: Columns) -> Row:
    """A row that is refused stands for a thing of its own, not for the same car again."""
    if "plate" in columns:
        return row | {columns["plate"]: f"{row[columns['plate']]}"[:-1] + "学"}
    return row


def _impossible(row: Row, columns: Columns) -> Row:
    return _other_plate(row, columns) | {columns["registered_on"]: "2023-02-30"}


def _nobody(row: Row, columns: Columns) -> Row:
    return row | {columns["name"]: None, columns["id_number"]: None, PERSON: None}


SPOILERS: Final[dict[str, Callable[[Row, Columns], Row]]] = {
    "full_width_digits": _changed("id_number", lambda number: number.translate(WIDE)),
    "lower_case_x": _changed("id_number", str.lower),
    "fifteen_digits": _changed("id_number", _fifteen),
    "fifteen_digit_number_cell": _changed("id_number", lambda n: NUMBER_MARK + _fifteen(n)),
    "spaces_in_name": _changed("name", lambda name: f" {name[:2]}\u3000{name[2:]} "),
    "wrong_check_digit": _changed("id_number", _wrong_digit),
    "number_cell": _changed("id_number", lambda n: NUMBER_MARK + n.replace("X", "0")),
    "impossible_date": _impossible,
    "unknown_word": _changed("thing", lambda _: "美容"),
    "amount_in_words": _changed("amount", lambda _: "六十元整"),
    "no_person": _nobody,
    "repeated_row": lambda row, _: row,
}
