"""The durable writes of a process, in order and by name; it can be made to die at one of them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deltalake
import polars as pl
from sqlalchemy.engine.default import DefaultDialect

from graph_loader import lake

if TYPE_CHECKING:
    from collections.abc import Callable


class Points:
    """Every durable write is counted, named and told; after the one that was asked for, death.

    `rows` are the rows of tables that were durable by then.
    """

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.done = 0
        self.rows = 0
        self.depth = 0

    def reached(self, name: str, rows: int = 0) -> None:
        """One more write is durable."""
        self.done += 1
        self.rows += rows
        sys.stdout.write(f"{self.done}\t{name}\t{self.rows}\n")
        sys.stdout.flush()
        if self.done == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Tell of Delta tables, version files, renamed files, written tables and commits."""
        self._after(lake, "write_deltalake", _table, _height)
        self._after(deltalake.DeltaTable, "restore", lambda *_: "table gone back")
        self._after(os, "link", lambda _, file: f"version file {Path(file).suffix}")
        self._after(Path, "rename", _renamed)
        self._after(Path, "replace", _renamed)
        self._after(pl.DataFrame, "write_parquet", _file)
        self._after(pl.LazyFrame, "sink_parquet", _file)
        self._after(Path, "write_text", _text)
        self._after(DefaultDialect, "do_commit", lambda *_: "records commit")

    def _after(
        self,
        owner: Any,  # noqa: ANN401 - a module or a class
        name: str,
        says: Callable[..., str],
        rows: Callable[..., int] = lambda *_: 0,
    ) -> None:
        write = getattr(owner, name)

        def wrapped(*given: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever it takes
            self.depth += 1
            try:
                result = write(*given, **options)
            finally:
                self.depth -= 1
            if not self.depth:
                self.reached(says(*given[:2]), rows(*given[:2]))
            return result

        setattr(owner, name, wrapped)


def _table(path: str, _: pl.DataFrame) -> str:
    return f"table {Path(path).name}"


def _height(_: str, frame: pl.DataFrame) -> int:
    return frame.height


def _renamed(_: Path, to: object) -> str:
    return f"renamed to {_shown(to)}"


def _file(_: object, to: object) -> str:
    return f"file {_shown(to)}"


def _text(path: Path, _: str) -> str:
    return f"file {_shown(path)}"


def _shown(path: object) -> str:
    """The name of a file without what is drawn by chance."""
    name = Path(str(path)).name
    return "run folder" if name.startswith("R") and len(name) > len("run.json") else name
