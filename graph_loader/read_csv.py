"""CSV files as departments write them: encodings, title lines, broken lines."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from typing import Final

import polars as pl

HEAD: Final = 40
"""Rows in which a header is looked for."""
PEEK: Final = 1 << 16
CHUNK: Final = 1 << 24
SEPARATORS: Final = (",", "\t", ";", "|")
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TRIED: Final = ("utf-8", "gb18030")
# A cell is as long as it is: what is too long for its column is told of that row.
csv.field_size_limit((1 << 31) - 1)
LOST: Final = "�"
DAMAGE: Final = 0.01
"""The share of damaged lines above which a file is in no encoding that we know."""


class CsvGrid:
    """One CSV file. Lines are counted as an editor counts them."""

    sheet = ""

    def __init__(self, data: bytes) -> None:
        self.encoding, self._text = to_utf8(data)
        text = _start(self._text)
        self._separator = _separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._separator)
        self._ends: list[int] = []
        self.head: list[list[str]] = []
        for row in islice(reader, HEAD):
            self.head.append(row)
            self._ends.append(reader.line_num)

    def below(self, header: int) -> pl.DataFrame:
        """The rows under a header, each with its line."""
        width, skipped = len(self.head[header]), self._ends[header]
        start = _after(self._text, skipped)
        frame = self._quick(start, width, skipped)
        if frame is None:
            frame = self._slow(start, width, skipped)
        return frame.with_columns(_torn(width, LOST if LOST.encode() in self._text else ""))

    def _quick(self, start: int, width: int, skipped: int) -> pl.DataFrame | None:
        """By Polars, where each line is one whole row; None where some are not."""
        names = [str(at) for at in range(width)]
        body = self._text[start:] if start else self._text
        if not body.strip():
            return pl.DataFrame(schema={**dict.fromkeys(names, pl.String()), **MARKS})
        try:
            frame = pl.read_csv(
                body,
                has_header=False,
                new_columns=names,
                schema=dict.fromkeys(names, pl.String),
                separator=self._separator,
            )
        except pl.exceptions.PolarsError:
            return None
        if not self._regular(body, frame):
            return None
        return frame.with_columns(
            pl.int_range(skipped + 1, skipped + 1 + pl.len(), dtype=pl.Int64).alias("_row"),
            pl.lit(width, pl.Int64).alias("_cells"),
        )

    def _regular(self, body: bytes, frame: pl.DataFrame) -> bool:
        """Whether separators and line ends are as many as that many whole rows have."""
        inside = [0, 0]
        if b'"' in body:
            inside = [
                sum(frame.select(pl.all().str.count_matches(mark, literal=True).sum()).row(0))
                for mark in (self._separator, "\n")
            ]
        lines = body.count(b"\n") + (not body.endswith(b"\n"))
        cells = body.count(self._separator.encode())
        return (
            inside[1] == 0
            and lines == frame.height
            and cells - inside[0] == frame.height * (frame.width - 1)
        )

    def _slow(self, start: int, width: int, skipped: int) -> pl.DataFrame:
        """By Python's reader, row by row: it knows which line is broken."""
        text = io.TextIOWrapper(io.BytesIO(self._text[start:]), "utf-8", newline="")
        reader = csv.reader(text, delimiter=self._separator)
        rows: list[list[str | None]] = []
        lines: list[int] = []
        cells: list[int] = []
        line = skipped + 1
        try:
            for row in reader:
                if any(row):
                    rows.append([*row[:width], *[None] * (width - len(row))])
                    lines.append(line)
                    cells.append(len(row))
                line = skipped + reader.line_num + 1
        except csv.Error as fault:
            raise ValueError(f"line {line}: {fault}") from fault
        names = [str(at) for at in range(width)]
        frame = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
        return frame.with_columns(
            pl.Series("_row", lines, pl.Int64), pl.Series("_cells", cells, pl.Int64)
        )


MARKS: Final = {"_row": pl.Int64(), "_cells": pl.Int64()}


def _torn(width: int, lost: str) -> pl.Expr:
    """Why a row cannot be read at all; nothing for a whole one. Takes the place of `_cells`."""
    cells = pl.col("_cells")
    torn = pl.when(cells != width).then(
        pl.format("{} cells under {} headers", cells, pl.lit(width))
    )
    if not lost:
        return torn.otherwise(pl.lit(None, pl.String)).alias("_torn")
    damaged = pl.any_horizontal(
        pl.col(str(at)).str.contains(lost, literal=True).fill_null(value=False)
        for at in range(width)
    )
    return torn.when(damaged).then(pl.lit(lost)).otherwise(pl.lit(None, pl.String)).alias("_torn")


def to_utf8(data: bytes) -> tuple[str, bytes]:
    """The encoding of a file, and its text in UTF-8 with plain line ends.

    Raises:
        ValueError: where it is in none that we know.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            text = data[len(bom) :] if encoding == "utf-8-sig" else _recoded(data, encoding)
            return encoding, _lines(text if _valid(text) else _mended(text, "utf-8"))
    if _valid(data):
        return "utf-8-sig", _lines(data)
    try:
        return "gb18030", _lines(_recoded(data, "gb18030"))
    except UnicodeDecodeError:
        return _damaged(data)


def _damaged(data: bytes) -> tuple[str, bytes]:
    """A file with cells cut in the middle of a character: those rows are refused, not the file."""
    tries = [(encoding, _mended(data, encoding)) for encoding in TRIED]
    encoding, text = min(tries, key=lambda one: one[1].count(LOST.encode()))
    if text.count(LOST.encode()) > max(1, DAMAGE * text.count(b"\n")):
        raise ValueError("it is neither UTF-8 nor GB18030")
    return {"utf-8": "utf-8-sig"}.get(encoding, encoding), _lines(text)


def _valid(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), CHUNK):
            decoder.decode(data[at : at + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(data: bytes, encoding: str, errors: str = "strict") -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    parts = [decoder.decode(data[at : at + CHUNK]).encode() for at in range(0, len(data), CHUNK)]
    return b"".join([*parts, decoder.decode(b"", final=True).encode()])


def _mended(data: bytes, encoding: str) -> bytes:
    return _recoded(data, encoding, "replace")


def _lines(text: bytes) -> bytes:
    """Old Macs end lines with a return alone; empty lines at the end are none."""
    if b"\n" not in text and b"\r" in text:
        text = text.replace(b"\r", b"\n")
    if text.endswith((b"\n\n", b"\r\n\r\n", b"\x1a")):
        text = text.rstrip(b"\r\n\x1a") + b"\n"
    return text


def _start(text: bytes) -> str:
    """The first lines, whole."""
    if len(text) <= PEEK:
        return text.decode()
    cut = text.rfind(b"\n", 0, PEEK)
    return text[: cut + 1 if cut >= 0 else len(text)].decode()


def _separator(text: str) -> str:
    """The sign that cuts some line into most cells."""
    lines = text.splitlines()[:HEAD]
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))


def _after(text: bytes, lines: int) -> int:
    """Where the text goes on after so many lines."""
    at = 0
    for _ in range(lines):
        at = text.find(b"\n", at) + 1
        if at == 0:
            return len(text)
    return at
