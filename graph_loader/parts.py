"""Rows that wait to be stored: in memory while they are few, else in files, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Parts:
    """Frames of one schema, one after the other; at most `limit` rows of them are in memory."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.height = 0
        self._folder = folder
        self._limit = limit
        self._files: list[Path] = []
        self._waiting: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Put a frame behind the others."""
        waiting = sum(each.height for each in self._waiting)
        if waiting and waiting + frame.height > self._limit:
            self._spill()
        if frame.height or not len(self):
            self._waiting.append(frame)
        self.height += frame.height

    def __len__(self) -> int:
        return len(self._files) + bool(self._waiting)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The parts, one in memory at a time."""
        for path in self._files:
            yield pl.read_parquet(path)
        if self._waiting:
            yield pl.concat(self._waiting)

    def scan(self) -> pl.LazyFrame:
        """All rows, as a question to them."""
        held = [pl.scan_parquet(self._files)] if self._files else []
        return pl.concat([*held, *(frame.lazy() for frame in self._waiting)])

    def _spill(self) -> None:
        path = self._folder / f"{uuid4().hex}.parquet"
        pl.concat(self._waiting).write_parquet(path, compression="lz4", statistics=False)
        self._files.append(path)
        self._waiting = []
