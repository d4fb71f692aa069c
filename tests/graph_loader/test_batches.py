"""Whatever a file holds, it makes no difference how many of its rows are read at once."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from graph_loader import content
from graph_loader.errors import LoadError
from graph_loader.lake import Lake
from graph_loader.load import LoadReport, load
from graph_loader.read import opened
from graph_loader.read_csv import CsvGrid
from tests.graph_loader.offices import HEADER, LI, WANG, ZHANG, car, pack, write

TODAY: Final = date(2026, 10, 31)
WHOLE: Final = 1_000_000
SIZES: Final = (1, 3)
LINES: Final = (
    car(), car(), car(price="2"), car("浙C10002", "李四", LI), car("浙C3", "王五", WANG),
    car("浙C3", "王五", WANG, price=""), car("", "李四", LI), car("浙C7", who=""),
    car("浙C8", price="很多"), "浙C9,张三\n", ",,,,,\n", "\n", "合计,2,,,2000,\n", HEADER,
    "制表人：王,,,,,\n",     f'"浙C4",张三,{ZHANG},小汽车,"1,000.50",2020-05-06\n',
    f'"浙\nC5",张三,{ZHANG},小汽车,1,2020-05-06\n',
    f'浙C6,"张""三",{ZHANG},小汽车,1,2020-05-06\n', f'浙C6,张"三",{ZHANG},小汽车,1,"2020-05-06"\n',
    f'浙C11,"",{ZHANG},小汽车,1,\n', f"浙C12,张三,{ZHANG},小汽车,1,2020-05-06\r\n", '"没有结束\n',
    f"浙C13,张三\r{ZHANG},小汽车\n", "\ufeff浙C14,,,,,\n", f"浙C15,张�,{ZHANG},小汽车,1,\n",
)  # fmt: skip
FILE: Final = some.lists(some.sampled_from(LINES), max_size=12)
ENCODING: Final = some.sampled_from(["utf-8", "gb18030"])
Told = tuple[list[LoadReport], dict[str, list[tuple[object, ...]]]]


def loaded(files: list[bytes], batch: int) -> Told:
    """What becomes of files of one name, handed in one after the other."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        lake, reports = Lake(folder / "lake"), []
        for data in files:
            path = folder / "车辆.csv"
            path.write_bytes(data)
            reports.append(load(lake, pack(folder), [path], today=TODAY, batch=batch))
        return reports, tables(lake)


def tables(lake: Lake) -> dict[str, list[tuple[object, ...]]]:
    named = ("rows_cars", "rejects", "files", "completeness")
    frames = {name: lake.read(name).collect() for name in named}
    return {
        name: frame.select(sorted(frame.columns)).sort(pl.all()).rows()
        for name, frame in frames.items()
    }


@settings(max_examples=5)
@given(some.lists(FILE, min_size=1, max_size=2), ENCODING, some.integers(1, 4))
@example([[*LINES, *LINES], [*LINES[3:], *LINES[:4]], []], "utf-8", 3)
@example([[car(), car("浙C3"), car(price="2"), car()], [car("浙C3"), car(price="2")]], "utf-8", 1)
def test_any_files_make_the_same_lake_however_many_rows_are_read_at_once(
    told: list[list[str]], encoding: str, size: int
) -> None:
    files = [(HEADER + "".join(lines)).encode(encoding, "replace") for lines in told]
    assert loaded(files, size) == loaded(files, WHOLE)


@settings(max_examples=60)
@given(some.text('ab",\n\r \ufeff张', max_size=60), some.integers(1, 4))
@example('"\n\n,"\n"a\n', 1)
@example('"a,"b,c",d"\n"",\n,\n', 2)
def test_any_text_is_cut_into_the_same_rows(text: str, size: int) -> None:
    for header in ("x\n", "x,y\n"):
        grid = CsvGrid((header + text).encode())
        whole = pl.concat(grid.below(0, WHOLE)).drop("_cells").rows()
        assert pl.concat(grid.below(0, size)).drop("_cells").rows() == whole


def test_parquet_and_workbooks_are_judged_in_batches_too(tmp_path: Path) -> None:
    rows = [line.strip().split(",") for line in LINES[:9]]
    table = pl.DataFrame(rows, HEADER.strip().split(","), orient="row")
    table.write_parquet(tmp_path / "车辆.parquet")
    table.write_excel(tmp_path / "车辆.xlsx")
    for name in ("车辆.parquet", "车辆.xlsx"):
        found = []
        for at, size in enumerate((WHOLE, *SIZES)):
            lake = Lake(tmp_path / f"{name[-4:]}{at}")
            load(lake, pack(tmp_path), [tmp_path / name], today=TODAY, batch=size)
            found.append(tables(lake))
        assert len(found[0]["rejects"]) == 5
        assert found[1:] == found[:1] * 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_too_large_for_memory_is_read_from_where_it_lies(
    tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEADER + "".join(LINES[:9]) + "\n\n"
    write(tmp_path, "车辆.csv", text, encoding)
    lake = Lake(tmp_path / "whole")
    load(lake, pack(tmp_path), [tmp_path / "车辆.csv"], today=TODAY)
    for module in ("content", "unpack"):
        monkeypatch.setattr(f"graph_loader.{module}.SMALL", 7)
    with zipfile.ZipFile(tmp_path / "送.zip", "w") as archive:
        archive.write(tmp_path / "车辆.csv", "车辆.csv")
    assert isinstance(content.content_of(tmp_path / "车辆.csv"), Path)
    for name in ("车辆.csv", "送.zip"):
        pieces = Lake(tmp_path / name[-3:])
        report = load(pieces, pack(tmp_path), [tmp_path / name], today=TODAY, batch=2)
        assert (report.read, report.refused) == (9, 5)
        assert tables(pieces)["rows_cars"] == tables(lake)["rows_cars"]
        assert [p.name for p in pieces.root.iterdir() if p.name.startswith("_s")] == []


def test_a_file_that_is_written_to_while_it_is_read_ends_the_load(tmp_path: Path) -> None:
    path = write(tmp_path, "车辆.csv", HEADER + car())
    given = opened(path)
    assert next(given).name == "车辆.csv"
    write(tmp_path, "车辆.csv", HEADER + car() + car("浙C4"))
    with pytest.raises(LoadError, match="written to while it was read") as told:
        next(given)
    assert told.value.retryable
