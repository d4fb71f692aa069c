"""Files as they come when something went wrong, by name: their bytes."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl

from tests.graph_loader.offices import HEADER, car

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD, ROW = HEADER.strip(), car().strip()
OTHER = car(plate="浙C10002").strip()
GOOD = f"{HEAD}\n{ROW}\n"
TEXT = GOOD.encode()
SWOLLEN = 100_000_000
PLACE = "xl/worksheets/sheet1.xml"
NOISE = random.Random(7).randbytes(5000)  # noqa: S311 - any bytes
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + NOISE


def workbook(*more: tuple[str, str]) -> bytes:
    """A workbook of the good rows, and of cells elsewhere."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for line in (HEAD, ROW):
        sheet.append(line.split(","))
    for place, said in more:
        sheet[place] = said
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = workbook()


def empty_workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        parts = [(each, book.read(each)) for each in book.namelist()]
    return zipped(*((each, data if each == name else held) for each, held in parts))


def parquet(made: Callable[[str], object]) -> bytes:
    """One row, each cell made of what the good row says."""
    cells = zip(HEAD.split(","), ROW.split(","), strict=True)
    out = io.BytesIO()
    pl.DataFrame({header: [made(said)] for header, said in cells}).write_parquet(out)
    return out.getvalue()


def marked(local: int, central: int, value: int) -> bytes:
    """A good archive, two bytes of whose entry say this in both of its headers."""
    data = bytearray(zipped(("车辆.csv", TEXT)))
    for sign, at in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        place = data.find(sign) + at
        data[place : place + 2] = struct.pack("<H", value)
    return bytes(data)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def laughs() -> bytes:
    """Entities of entities of entities: ten bytes that would become a hundred million."""
    names = "abcdefgh"
    more = "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in pairwise(names))
    return f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{more}]><workbook>&h;</workbook>'.encode()


def store(data: bytes) -> bytes:
    """A good archive whose entry is stored as it is, with one of its bytes changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("车辆.csv", data)
    whole = out.getvalue()
    return flipped(whole, whole.find(data) + 3)
