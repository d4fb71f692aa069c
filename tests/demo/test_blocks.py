"""A county of any size: block by block, the first as if it were alone, no number given twice."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import fastexcel
import numpy as np
import polars as pl
import pytest
import yaml

from demo import county, files
from demo.identity import Numbers, id_numbers, is_valid
from demo.numbering import PREFIXES
from demo.render import layouts

BLOCK: Final = 40
LAYOUTS: Final = layouts()
SOURCES: Final = Path(county.__file__).parent.parent / "ontology" / "packs" / "china" / "sources"
NUMBERS: Final = {
    **{source: column for source, (column, _) in PREFIXES.items()},
    **{
        source: "payment_number" if source.startswith("payments") else "certificate"
        for source in LAYOUTS
        if source.startswith(("payments", "enrolments"))
    },
    "vehicles": "plate",
    "vessels": "vessel_number",
    "dwellings": "dwelling_number",
    "applications": "application_number",
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The county of one block, and the one of three whose workbooks are small."""
    one, three = (tmp_path_factory.mktemp(name) for name in ("one", "three"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(county, "BLOCK", BLOCK)
        county.make(one, households=BLOCK)
        patch.setattr(files, "MOST", {".csv": 1_000_000, ".xlsx": 60})
        patch.setattr(files, "LARGE", 50)
        made = county.make(three, households=3 * BLOCK - 10)
    assert made.households == 3 * BLOCK - 10 + planted(one)
    return one, three


def planted(home: Path) -> int:
    return rows(home, "household_register")["户编号"].drop_nulls().n_unique() - BLOCK


def rows(home: Path, source: str) -> pl.DataFrame:
    """All rows of a source, however many files they are in."""
    layout = LAYOUTS[source]
    found = []
    for path in files.of_source(layout, home / "files"):
        if path.suffix == ".csv":
            found.append(pl.read_csv(path, encoding=layout.encoding, infer_schema=False))
        else:
            sheet = fastexcel.read_excel(path).load_sheet(
                0, header_row=bool(layout.title), dtypes="string"
            )
            table = sheet.to_polars()
            found.append(table[:-1] if layout.totals else table)
    return pl.concat(found, how="diagonal_relaxed")


def test_no_block_is_much_smaller_or_larger_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(county, "BLOCK", BLOCK)
    for households in (1, 39, 59, 61, 100, 121, 1003):
        blocks = county._blocks(households)  # noqa: SLF001
        assert sum(blocks) == households
        assert set(blocks[:-1]) <= {BLOCK}
        assert len(blocks) == 1 or BLOCK / 2 <= blocks[-1] <= BLOCK * 3 / 2


def test_the_first_block_is_what_it_is_alone(homes: tuple[Path, Path]) -> None:
    one, three = homes
    for name in ("truth.csv", "facts.csv"):
        assert (one / "truth" / name).read_bytes() == (three / "truth" / name).read_bytes()
    texts = sorted((one / "files").glob("*.csv"))
    assert len(texts) > 100
    for path in texts:
        assert (three / "files" / path.name).read_bytes().startswith(path.read_bytes())


def test_where_a_spoilt_row_stands_is_told_of_the_file_that_it_went_into(
    homes: tuple[Path, Path],
) -> None:
    told = pl.read_csv(homes[1] / "truth" / "dirty.csv", infer_schema=False)
    books = told.filter(pl.col("file").str.ends_with(".xlsx") & pl.col("name").is_not_null())
    assert books.height
    for line in books.iter_rows(named=True):
        sheet = fastexcel.read_excel(homes[1] / "files" / line["file"]).load_sheet(
            0, header_row=None, dtypes="string"
        )
        row = sheet.to_polars().row(int(line["row"]) - 1)
        said = {str(cell).replace(" ", "").replace("\u3000", "") for cell in row}
        assert line["name"] in said


def test_no_office_gives_a_number_twice(homes: tuple[Path, Path]) -> None:
    more = 0
    for source, name in NUMBERS.items():
        column = LAYOUTS[source].columns[name]
        one, three = (rows(home, source)[column].drop_nulls() for home in homes)
        twice = [given.filter(given.is_duplicated()).sort().to_list() for given in (one, three)]
        assert twice[0] == twice[1], source
        more += len(three) > len(one)
    assert more > 20


def test_everyone_has_a_number_of_his_own_and_a_home_of_one_block(
    homes: tuple[Path, Path],
) -> None:
    people = rows(homes[1], "household_register").filter(pl.col("户编号").is_not_null())
    numbers = people["公民身份号码"].drop_nulls()
    known = numbers.filter(numbers.map_elements(is_valid, pl.Boolean))
    assert known.n_unique() > 2 * BLOCK
    alone = rows(homes[0], "household_register")["公民身份号码"].drop_nulls()
    assert known.is_duplicated().sum() == alone.is_duplicated().sum()


def test_numbers_given_later_share_no_first_fifteen_characters_with_earlier_ones() -> None:
    born = pl.Series([date(1960, 1, 1)] * 120 + [date(1990, 2, 2)] * 2 + [date(2001, 3, 3)])
    women = np.array([True] * 110 + [False] * 10 + [True, False, True])
    numbers = Numbers()
    first = numbers.give(born, women)
    assert first.equals(id_numbers(born, women))
    numbers.part()
    second, third = numbers.give(born, women), numbers.give(born, women)
    assert not set(second.str.slice(0, 15)) & set(first.str.slice(0, 15))
    every = pl.concat([first, second, third])
    assert every.n_unique() == 3 * len(born)
    assert all(is_valid(number) for number in every)


def test_a_birthday_of_more_people_than_a_county_can_number_goes_on_in_the_next() -> None:
    born = pl.Series([date(1960, 1, 1)] * 1200)
    numbers = id_numbers(born, np.ones(1200, np.bool_))
    assert numbers.n_unique() == 1200
    assert numbers.str.slice(0, 6).unique(maintain_order=True).to_list() == [
        "330323", "330302", "330303",
    ]  # fmt: skip
    assert set(numbers.str.len_chars()) == {18}


def test_further_files_of_a_source_are_named_as_its_files_are() -> None:
    for source, layout in LAYOUTS.items():
        entry = yaml.safe_load((SOURCES / f"{source}.yaml").read_text(encoding="utf-8"))
        patterns = entry["files"] if isinstance(entry["files"], list) else [entry["files"]]
        name = layout.file.format(part="202610").replace(".", "_2.", 1)
        assert any(fnmatchcase(name, pattern) for pattern in patterns), source
