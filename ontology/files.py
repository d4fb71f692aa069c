"""The files of a pack as text and rows: what cannot be read is a fault with its line."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from ontology.errors import Fault, PolicyError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def text_of(path: Path) -> str:
    """The text of a file; a byte order mark is no part of it.

    Raises:
        PolicyError: where it is not UTF-8.
    """
    held = path.read_bytes()
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = held[: error.start].count(b"\n") + 1
        says = "not UTF-8: save the file in that encoding"
        raise PolicyError(Fault(str(path), line, says)) from error


def rows_of(
    path: Path, columns: Collection[str]
) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """The lines of a CSV file with their numbers, and what is wrong with its form.

    A line that lacks a cell is left out; no file has no lines.
    """
    if not path.exists():
        return [], []
    try:
        reader = csv.DictReader(StringIO(text_of(path), newline=""))
    except PolicyError as error:
        return [], list(error.faults)
    lacking = sorted(set(columns) - set(reader.fieldnames or ()))
    if lacking:
        return [], [Fault(str(path), 1, f"the columns {', '.join(lacking)} are missing")]
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    for row in reader:
        short = [column for column in columns if row[column] is None]
        if short or None in row:
            says = f"no cell for {', '.join(short)}" if short else "more cells than columns"
            faults.append(Fault(str(path), reader.line_num, says))
        else:
            rows.append((reader.line_num, row))
    return rows, faults
