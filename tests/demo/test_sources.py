"""Every source of the pack: its file is read whole, and spoilt rows are refused with reasons."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import polars as pl
import pytest
import yaml

from demo import county
from demo.dates import AS_OF
from demo.render import layouts
from graph_loader.lake import Lake
from graph_loader.load import LoadReport, load
from ontology.pack import Pack, read_pack

CHINA: Final = Path(county.__file__).parent.parent / "ontology" / "packs" / "china"
DESCRIBED: Final[dict[str, dict[str, Any]]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((CHINA / "sources").iterdir())
    if path.stem in layouts()
}
"""Those that the county sends; rows without a number have a generator and tests of their own."""
WORKBOOK: Final = ".xlsx"


@dataclass(frozen=True)
class Loaded:
    """A small county in a lake, and beside it one where every source has only spoilt rows."""

    pack: Pack
    home: Path
    clean: LoadReport
    spoilt: LoadReport
    reasons: pl.DataFrame


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    home = tmp_path_factory.mktemp("sources")
    county.make(home, households=250)
    pack = read_pack(CHINA)
    spoilt = home / "spoilt"
    spoilt.mkdir()
    for source, entry in DESCRIBED.items():
        file = min((home / "files").glob(entry["files"]))
        header, row = _first(file, entry)
        _write(spoilt / file.name, [header, *spoil(source, header, row).values()], entry)
    lake, other = Lake(home / "lake"), Lake(home / "other")
    clean = load(lake, pack, [home / "files"], today=AS_OF)
    told = load(other, pack, [spoilt], today=AS_OF)
    reasons = other.read("rejects").select("source", "column", "reason").collect()
    return Loaded(pack, home, clean, told, reasons)


def _first(file: Path, entry: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The header of a file and its first row, as text."""
    if file.suffix == WORKBOOK:
        sheet = openpyxl.load_workbook(file).active
        assert sheet is not None
        rows = [[_cell(c) for c in row] for row in sheet.iter_rows(values_only=True)]
        return (rows[1], rows[2]) if "" in rows[0][1:] or rows[0][1:] == [] else (rows[0], rows[1])
    text = file.read_bytes().decode(entry["encoding"][0])
    header, row, *_ = csv.reader(io.StringIO(text))
    return header, row


def _cell(value: object) -> str:
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return "" if value is None else str(value)


def _write(path: Path, rows: list[list[str]], entry: dict[str, Any]) -> None:
    if path.suffix == WORKBOOK:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(entry["encoding"][0]))


def spoil(source: str, header: list[str], row: list[str]) -> dict[tuple[str, str], list[str]]:
    """By column and reason: the row with a wrong number, an impossible day and a strange word."""
    entry = DESCRIBED[source]
    about: dict[str, Any] = next(iter(entry.get("of", {}).values()), {})
    wrong: dict[tuple[str, str], tuple[int, str]] = {}
    if "id_number" in about:
        at = header.index(about["id_number"])
        tail = "1" if row[at][-1] != "1" else "2"
        wrong[about["id_number"], "bad_id_number"] = (at, row[at][:-1] + tail)
    for column in entry["columns"].values():
        says = column if isinstance(column, dict) else {"from": column}
        if says.get("optional") and says["from"] not in header:
            continue
        at = header.index(says["from"])
        if "formats" in says:
            wrong[says["from"], "bad_date"] = (at, "2026-02-30")
        if "values" in says and says["from"] != about.get("column"):
            counts = {type(value) for value in says["values"].values()} == {int}
            reason = "bad_number" if counts else "unknown_code"
            wrong[says["from"], reason] = (at, "莫须有")
    return {place: [*row[:at], cell, *row[at + 1 :]] for place, (at, cell) in wrong.items()}


def test_there_are_as_many_sources_and_departments_as_a_county_has() -> None:
    assert len(DESCRIBED) >= 36
    assert len({entry["department"] for entry in DESCRIBED.values()}) >= 15


@pytest.mark.parametrize("source", DESCRIBED)
def test_every_row_of_a_source_is_accepted_but_for_the_planted_ones(
    loaded: Loaded, source: str
) -> None:
    files = [file for file in loaded.clean.files if file.source == source]
    described = sorted(p.name for p in (loaded.home / "files").glob(DESCRIBED[source]["files"]))
    assert sorted({Path(file.name).name for file in files}) == described
    assert {file.status for file in files} == {"loaded"}
    dirty = pl.read_csv(loaded.home / "truth" / "dirty.csv", infer_schema=False)
    planted = dirty.filter(source=source, expected="refused").height
    assert sum(file.read for file in files) > planted
    assert sum(file.refused for file in files) == planted


@pytest.mark.parametrize("source", DESCRIBED)
def test_a_spoilt_row_of_a_source_is_refused_with_its_reason(loaded: Loaded, source: str) -> None:
    """A row whose number is wrong may also be kept, to be linked by what else it tells."""
    found = set(loaded.reasons.filter(source=source).select("column", "reason").rows())
    file = min((loaded.home / "files").glob(DESCRIBED[source]["files"]))
    expected = set(spoil(source, *_first(file, DESCRIBED[source])))
    kept = expected - found
    assert found <= expected
    assert {reason for _, reason in kept} <= {"bad_id_number"}
    (report,) = [file for file in loaded.spoilt.files if file.source == source]
    assert (report.read, report.accepted) == (len(expected), len(kept))


def test_what_a_department_declares_whole_names_the_county_and_the_day(loaded: Loaded) -> None:
    for source in loaded.pack.sources.values():
        if source.complete is not None:
            assert source.complete.regions == ("330382",)
            assert source.complete.until == AS_OF
