"""CSV files as departments write them: title lines, broken lines, line ends inside quotes.

A file is read so many lines at a time, and gives the same rows however many these are.
"""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from graph_loader.text import HEAD, LOST, Lines, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.content import Content

BATCH: Final = 250_000
"""Rows that are read at once."""
SEPARATORS: Final = (",", "\t", ";", "|")
QUOTE: Final = ord('"')
ENDS: Final = tuple(map(ord, "\r\n"))
# A cell is as long as it is: what is too long for its column is told of that row.
csv.field_size_limit((1 << 31) - 1)
MARKS: Final = {"_row": pl.Int64(), "_cells": pl.Int64()}


class CsvGrid:
    """One CSV file. Lines are counted as an editor counts them."""

    sheet = ""

    def __init__(self, content: Content) -> None:
        self._text = text_of(content)
        self.encoding = self._text.encoding
        start = self._text.start()
        self._separator = _separator(start)
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=self._separator)
        self._ends: list[int] = []
        self.head: list[list[str]] = []
        for row in islice(reader, HEAD):
            self.head.append(row)
            self._ends.append(reader.line_num)

    def below(self, header: int, batch: int = BATCH) -> Iterator[pl.DataFrame]:
        """The rows under a header, each with its line; at least one frame."""
        width, line = len(self.head[header]), self._ends[header]
        lines = Lines(self._text)
        lines.take(line)
        body = lines.take(batch)
        while True:
            frame = self._quick(body, width, line)
            line += body.count(b"\n")
            if frame is None:
                frame, line = self._slow(body, lines, width, line - body.count(b"\n"))
            yield frame.with_columns(_torn(width, LOST if self._text.lost else ""))
            body = lines.take(batch)
            if not body:
                return

    def _quick(self, body: bytes, width: int, above: int) -> pl.DataFrame | None:
        """By Polars, where each line is one whole row; None where some are not."""
        names = [str(at) for at in range(width)]
        if not body.strip(b"\r\n"):
            return pl.DataFrame(schema={**dict.fromkeys(names, pl.String()), **MARKS})
        if not self._plain(body, width):
            return None
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
        if b'""' in body:
            frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
        return frame.with_columns(
            pl.int_range(above + 1, above + 1 + pl.len(), dtype=pl.Int64).alias("_row"),
            pl.lit(width, pl.Int64).alias("_cells"),
        )

    def _plain(self, body: bytes, width: int) -> bool:
        """Whether nothing is in it that readers of CSV read in different ways."""
        if body.startswith(codecs.BOM_UTF8) or body.count(b"\r") != body.count(b"\r\n"):
            return False
        if width == 1 and (body.startswith((b"\n", b"\r")) or b"\n\n" in body or b"\n\r" in body):
            return False
        return b'"' not in body or _quoted_whole(body, ord(self._separator))

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

    def _slow(self, body: bytes, lines: Lines, width: int, above: int) -> tuple[pl.DataFrame, int]:
        """By Python's reader, row by row: it knows which line is broken, and where a row ends.

        The last row may end below the body: that much more is taken from the lines.
        """
        source = _Source(body, lines)
        reader = csv.reader(iter(source), delimiter=self._separator)
        rows: list[list[str | None]] = []
        marks: list[tuple[int, int]] = []
        line = above + 1
        try:
            for row in reader:
                if row:
                    cells = [cell or None for cell in row[:width]]
                    rows.append([*cells, *[None] * (width - len(row))])
                    marks.append((line, len(row)))
                line = above + reader.line_num + 1
                if source.read_through:
                    break
        except csv.Error as fault:
            raise ValueError(f"line {line}: {fault}") from fault
        names = dict.fromkeys((str(at) for at in range(width)), pl.String)
        frame = pl.DataFrame(rows, names, orient="row")
        return frame.hstack(pl.DataFrame(marks, MARKS, orient="row")), line - 1


class _Source:
    """Lines of a body; below it, as many more as are asked for."""

    def __init__(self, body: bytes, lines: Lines) -> None:
        self._body = body
        self._lines = lines
        self._left = len(body)

    @property
    def read_through(self) -> bool:
        """Whether every line that was taken was given."""
        return self._left == 0

    def __iter__(self) -> Iterator[str]:
        body = self._body
        while body:
            for line in io.TextIOWrapper(io.BytesIO(body), "utf-8", newline=""):
                self._left -= len(line.encode())
                yield line
            body = self._lines.take(1)
            self._left += len(body)


def _quoted_whole(body: bytes, separator: int) -> bool:
    """Whether quotes stand around whole cells alone: in turn at the beginning and at the end."""
    signs = np.frombuffer(body, np.uint8)
    at = np.flatnonzero(signs == QUOTE)
    if len(at) % 2:
        return False
    opening, closing = at[::2], at[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    after = signs[np.minimum(closing + 1, len(signs) - 1)]
    opens = (opening == 0) | (before == separator) | (before == ENDS[1])
    closes = (closing == len(signs) - 1) | (after == separator) | np.isin(after, ENDS)
    return bool(opens.all() and closes.all())


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


def _separator(text: str) -> str:
    """The sign that cuts some line into most cells."""
    lines = text.splitlines()[:HEAD]
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))
