"""Seventy files that came wrong: each has its verdict in words, and nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from graph_loader.errors import LoadError
from graph_loader.lake import Lake
from graph_loader.load import load
from tests.graph_loader.bad_files import (
    BOOK,
    GOOD,
    HEAD,
    NOISE,
    OLE,
    OTHER,
    PLACE,
    ROW,
    SWOLLEN,
    TEXT,
    empty_workbook,
    flipped,
    laughs,
    marked,
    parquet,
    store,
    with_part,
    workbook,
    zipped,
)
from tests.graph_loader.offices import pack
from tests.graph_loader.test_load import TODAY

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = "it is empty: nothing was written into it"
NO_TABLE = "It holds no table. Its name is that of a file of `cars`."
MISSING = "No source describes it. Nearest: `cars`; missing columns: "
PICTURE = "it is a picture; ask for the table as .xlsx or .csv"
NO_CODE = "cannot be read as .csv: it is neither UTF-8 nor GB18030"
NO_BOOK = "cannot be read as .xlsx: "
CUT = "it is no workbook, or only the beginning of one: hand it in again"
WEB = "it is a web page, not a table: open it and save it as .xlsx or .csv"
OLD = "it is an old workbook, or one with a password"
PACKED = "unpack it, and hand in the files or one .zip of them"
NO_ZIP = "no sound zip archive: "
PAGE = b"<html><table><tr><td>1</td></tr></table></html>"

WHOLE: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("车辆.csv", b"", NO_TABLE),
    "blank lines": ("车辆.csv", b"\n \n\r\n", NO_TABLE),
    "a mark and nothing": ("车辆.csv", b"\xef\xbb\xbf", NO_TABLE),
    "zeros": ("车辆.csv", bytes(3000), EMPTY),
    "noise": ("车辆.csv", NOISE, NO_CODE),
    "a picture": ("车辆.csv", b"\x89PNG\r\n\x1a\n" + NOISE, PICTURE),
    "a photograph": ("车辆.xlsx", b"\xff\xd8\xff\xe0" + NOISE, PICTURE),
    "a PDF": ("车辆.csv", b"%PDF-1.7\n" + NOISE, "it is a PDF; ask for the table"),
    "a web page": ("车辆.csv", PAGE, WEB),
    "a web page as a workbook": ("车辆.xlsx", PAGE, WEB),
    "a list in JSON": ("车辆.csv", b'[{"a": 1}]', MISSING),
    "a workbook named CSV": ("车辆.csv", BOOK, "it is a workbook or an archive: name it .xlsx"),
    "a packed file named CSV": ("车辆.csv", b"\x1f\x8b" + NOISE, "it is packed: unpack it first"),
    "parquet named CSV": ("车辆.csv", parquet(str), "it is a parquet file: name it .parquet"),
    "text named a workbook": ("车辆.xlsx", TEXT, "it is text: name it .csv"),
    "text named parquet": ("车辆.parquet", TEXT, "it is text: name it .csv"),
    "no workbook at all": ("车辆.xlsx", b"", EMPTY),
    "half a workbook": ("车辆.xlsx", BOOK[: len(BOOK) // 2], CUT),
    "a workbook without its start": ("车辆.xlsx", BOOK[100:], NO_BOOK),
    "noise named a workbook": ("车辆.xlsx", NOISE, CUT),
    "an old or locked workbook": ("车辆.xlsx", OLE, OLD),
    "an old workbook": ("车辆.xls", OLE, "no file of kind `.xls` is read; save it as .xlsx"),
    "a letter as a workbook": ("车辆.xlsx", zipped(("word/document.xml", b"<w/>")), NO_BOOK),
    "a workbook without sheets": ("车辆.xlsx", with_part("xl/workbook.xml", b"<x/>"), NO_BOOK),
    "an empty workbook": ("车辆.xlsx", empty_workbook(), NO_TABLE),
    "a sheet cut off": ("车辆.xlsx", with_part(PLACE, b"<worksheet><sheetData><row"), NO_BOOK),
    "a swollen sheet": ("车辆.xlsx", with_part(PLACE, b" " * SWOLLEN), "becomes 100,000,000 bytes"),
    "entities of entities": ("车辆.xlsx", with_part("xl/workbook.xml", laughs()), NO_BOOK),
    "a cell far away": (
        "车辆.xlsx",
        workbook(("XFD1048576", "x")),
        "sheet `Sheet` reaches over 1,048,576 rows and 16,384 columns for few cells: delete what",
    ),
    "no parquet at all": ("车辆.parquet", b"", EMPTY),
    "half a parquet": ("车辆.parquet", parquet(str)[:-40], "cannot be read as .parquet"),
    "lists in parquet": ("车辆.parquet", parquet(lambda said: [said]), "cannot cast List type"),
    "UTF-16 without its mark": (
        "车辆.csv",
        GOOD.encode("utf-16-le"),
        "it is text in UTF-16 without its mark",
    ),
    "UTF-16": ("车辆.csv", GOOD.encode("utf-16"), "It is written in utf-16; `cars` takes utf-8"),
    "UTF-32": ("车辆.csv", GOOD.encode("utf-32"), MISSING),
    "UTF-7": ("车辆.csv", GOOD.encode("utf-7"), MISSING),
    "Big5": ("车辆.csv", GOOD.encode("big5", "replace"), MISSING),
    "full-width commas": ("车辆.csv", GOOD.replace(",", "，").encode(), MISSING),
    "lines that are no lines": ("车辆.csv", GOOD.replace("\n", "\u2028").encode(), MISSING),
    "no header": ("车辆.csv", f"{ROW}\n{OTHER}\n".encode(), MISSING),
    "a column left out": (
        "车辆.csv",
        GOOD.replace("号牌,", "").encode(),
        f"{MISSING}号牌.",
    ),
    "a column twice": (
        "车辆.csv",
        f"{HEAD},号牌\n{ROW},浙C1\n".encode(),
        "Nearest: `cars`; columns that stand twice: 号牌.",
    ),
    "twenty thousand columns": ("车辆.csv", b"," * 20_000 + b"\n", NO_TABLE),
    "another office's file": ("水费.csv", b"a,b\n1,2\n", "No source describes it. The pack knows"),
    "a letter": ("车辆.docx", NOISE, "no file of kind `.docx` is read; save it as .xlsx or .csv."),
    "no ending": ("车辆", TEXT, "its name has no ending; save it as .xlsx or .csv."),
    "a packed file": ("车辆.csv.gz", b"\x1f\x8b" + NOISE, PACKED),
    "another archive": ("车辆.rar", b"Rar!" + NOISE, PACKED),
    "an empty archive": ("一批.zip", b"", f"{NO_ZIP}File is not a zip file"),
    "an archive of nothing": ("一批.zip", zipped(), "no file is in it"),
    "an archive cut off": ("一批.zip", zipped(("车辆.csv", TEXT))[:-30], NO_ZIP),
    "noise named an archive": ("一批.zip", NOISE, NO_ZIP),
    "a damaged archive": ("一批.zip", store(TEXT), f"{NO_ZIP}Bad CRC-32 for file '车辆.csv'"),
    "an archive with a password": ("一批.zip", marked(6, 8, 0x801), "`车辆.csv` has a password"),
    "an archive of another method": ("一批.zip", marked(8, 10, 97), "compression method"),
    "a swollen archive": ("一批.zip", zipped(("车辆.csv", b"0" * SWOLLEN)), "becomes 100,000,000"),
    "an archive in an archive": (
        "一批.zip",
        zipped(("内.zip", zipped(("车辆.csv", TEXT)))),
        PACKED,
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_is_refused_whole_in_words(name: str, tmp_path: Path) -> None:
    file, data, says = WHOLE[name]
    (tmp_path / file).write_bytes(data)
    lake = Lake(tmp_path / "lake")
    report = load(lake, pack(tmp_path), [tmp_path / file], today=TODAY)
    (told,) = report.files
    assert (told.status, told.read, lake.version()) == ("refused", 0, 0)
    assert says in told.says
    assert "\n" not in told.says


class Rows(NamedTuple):
    """A file of which some rows are taken: how many, and why the others are not."""

    file: str
    data: bytes
    accepted: int
    reasons: list[str]


SOME: dict[str, Rows] = {
    "a last row cut in a character": Rows("车辆.csv", f"{GOOD}浙C1".encode()[:-2], 1, ["bad_row"]),
    "a last row cut between cells": Rows(
        "车辆.csv", f"{GOOD}{OTHER[:12]}".encode(), 1, ["bad_row"]
    ),
    "zeros at the end": Rows("车辆.csv", TEXT + bytes(500), 1, ["bad_row"]),
    "a quote that never closes": Rows(
        "车辆.csv", f'{GOOD}"{OTHER}\n{ROW}\n'.encode(), 1, ["bad_row"]
    ),
    "two separators": Rows(
        "车辆.csv", f"{GOOD}{OTHER.replace(',', ';')}\n".encode(), 1, ["bad_row"]
    ),
    "a line of five million signs": Rows("车辆.csv", TEXT + b"x" * 5_000_000, 1, ["bad_row"]),
    "a title of three million signs": Rows("车辆.csv", b"x" * 3_000_000 + b"\n" + TEXT, 1, []),
    "the header again": Rows("车辆.csv", f"{GOOD}{HEAD}\n{OTHER}\n".encode(), 2, []),
    "only a header": Rows("车辆.csv", HEAD.encode(), 0, []),
    "old Mac lines": Rows("车辆.csv", GOOD.replace("\n", "\r").encode(), 1, []),
    "semicolons": Rows("车辆.csv", GOOD.replace(",", ";").encode(), 1, []),
    "fifty thousand empty columns": Rows(
        "车辆.csv", f"{HEAD}{',' * 50_000}\n{ROW}{',' * 50_000}\n".encode(), 1, []
    ),
    "a cell far below": Rows("车辆.xlsx", workbook(("A1048576", "x")), 1, ["missing_value"]),
    "bytes in parquet": Rows("车辆.parquet", parquet(str.encode), 1, []),
    "a name that climbs out": Rows("一批.zip", zipped(("../../车辆.csv", TEXT)), 1, []),
}


@pytest.mark.parametrize("name", SOME)
def test_each_row_is_taken_or_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    bad = SOME[name]
    (tmp_path / bad.file).write_bytes(bad.data)
    lake = Lake(tmp_path / "lake")
    report = load(lake, pack(tmp_path), [tmp_path / bad.file], today=TODAY)
    assert report.files_refused == ()
    assert (report.accepted, report.refused) == (bad.accepted, len(bad.reasons))
    assert lake.read("rejects").collect()["reason"].to_list() == bad.reasons


@pytest.mark.parametrize(
    ("file", "data", "rows"),
    [("一批.zip", zipped(("车辆.csv", TEXT * 50)), 50), ("车辆.xlsx", BOOK, 1)],
)
def test_one_wrong_byte_anywhere_is_refused_or_changes_nothing(
    file: str, data: bytes, rows: int, tmp_path: Path
) -> None:
    known = pack(tmp_path)
    for at in range(0, len(data), len(data) // 60):
        (tmp_path / file).write_bytes(flipped(data, at))
        report = load(Lake(tmp_path / f"lake {at}"), known, [tmp_path / file], today=TODAY)
        (told,) = report.files
        assert told.status == "loaded" or told.says
        assert report.accepted == (rows if told.status == "loaded" else 0)


def test_bad_files_keep_no_good_one_out(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for at, (file, data, _) in enumerate(WHOLE.values()):
        (folder / f"{at:03} {file}").write_bytes(data)
    (folder / "车辆 zz.csv").write_bytes(TEXT)
    report = load(Lake(tmp_path / "lake"), pack(tmp_path), [folder], today=TODAY)
    assert len(report.files_refused) == len(WHOLE)
    assert [(told.name, told.accepted) for told in report.files if told.status == "loaded"] == [
        ("车辆 zz.csv", 1)
    ]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="/dev/null is no file"):
        load(Lake(tmp_path / "lake"), pack(tmp_path), [tmp_path.__class__("/dev/null")])
