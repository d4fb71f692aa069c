"""The lake: facts as Delta tables, append-only, every version kept.

Delta commits one table at a time, so a version of the lake is one small file that names a version
of each table. It is made last and only if nobody made it first: what a killed load left behind is
named by no such file, nobody reads it, and the next writer goes back behind it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

import polars as pl
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from graph_loader.changes import table_change
from graph_loader.errors import LoadError
from graph_loader.tables import empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from graph_loader.changes import Change

VERSIONS: Final = "_versions"
LOCK: Final = "_lock"
SCRATCH: Final = "_scratch"
WAITING: Final = 500_000
"""Rows of a table that wait in memory to be written together: each write of a table costs alike."""
FOREVER: Final = "interval 36500 days"
KEPT: Final = {
    "delta.logRetentionDuration": FOREVER,
    "delta.deletedFileRetentionDuration": FOREVER,
    "delta.enableExpiredLogCleanup": "false",
}


class Lake:
    """A folder of tables, as they stand now or as they stood at one version."""

    def __init__(self, root: Path | str, at: int | None = None) -> None:
        self.root = Path(root)
        self._at = at

    def version(self) -> int:
        """The number of the version that is read; 0 before anything was written."""
        return self._newest() if self._at is None else self._at

    def at(self, version: int) -> Lake:
        """The lake as it was.

        Raises:
            LoadError: where there is no such version.
        """
        if not 0 <= version <= self._newest():
            says = f"The lake has no version {version}; it has 0 to {self._newest()}."
            raise LoadError(says, retryable=False)
        return Lake(self.root, version)

    def known_on(self, day: date) -> Lake:
        """The lake as it was when a day ended, by the clock of this machine.

        Raises:
            LoadError: where nothing had been loaded by then.
        """
        made = {version: self.at(version).made for version in range(1, self._newest() + 1)}
        known = [version for version, when in made.items() if when and when.date() <= day]
        if known:
            return self.at(max(known))
        first = next(iter(made.values()), None)
        when = f"the first load was on {first.date()}" if first else "nothing was ever loaded"
        raise LoadError(f"Nothing was known on {day}: {when}.", retryable=False)

    @property
    def made(self) -> datetime | None:
        """When the version was made, by the clock of this machine; None before anything was."""
        said = self.about().get("made")
        return datetime.fromisoformat(said).astimezone() if said else None

    def tables(self) -> dict[str, int]:
        """The version of each table that this version of the lake names."""
        return dict(self.about().get("tables", {}))

    def about(self) -> dict[str, Any]:
        """What the version's file says: version, tables, note, and when it was made."""
        version = self.version()
        if version == 0:
            return {}
        text = self._file(version).read_text(encoding="utf-8")
        said: dict[str, Any] = json.loads(text)
        return said

    def read(self, table: str) -> pl.LazyFrame:
        """A table's rows; none where there is no such table yet."""
        return self.scan(table, self.tables().get(table))

    def change(self, table: str, since: Lake) -> Change:
        """What became of a table's rows since another version of this lake."""
        before, now = since.tables().get(table), self.tables().get(table)
        return table_change(self.root / table, before, now)

    def scan(self, table: str, version: int | None) -> pl.LazyFrame:
        """One version of one table."""
        if version is None:
            return empty(table).lazy()
        path = str((self.root / table).absolute())
        rows = pl.scan_delta(path, version=version)
        if quote(path) == path:
            return rows
        # Polars 2.1 looks for files under the path as a web address has it (`%E4%B8%AD`).
        files = [unquote(file) for file in DeltaTable(path, version=version).file_uris()]
        if not files:
            return rows
        return pl.scan_parquet(files, schema=rows.collect_schema(), missing_columns="insert")

    def commit(self, frames: Mapping[str, pl.DataFrame], note: str = "") -> int:
        """Append rows to tables as one new version, and give its number."""
        with self.writing() as writing:
            for table, frame in frames.items():
                writing.append(table, frame)
            return writing.commit(note)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The only writer. Nothing of it is seen before its commit.

        Raises:
            LoadError: where another writes, or the disk does not take it.
        """
        if self._at is not None:
            raise LoadError("An old version of the lake is only read.", retryable=False)
        (self.root / VERSIONS).mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                says = f"Another load is writing to {self.root}. Try again when it has ended."
                raise LoadError(says, retryable=True) from busy
            for draft in (self.root / VERSIONS).glob("*.draft"):
                draft.unlink()
            shutil.rmtree(self.root / SCRATCH, ignore_errors=True)
            try:
                yield Writing(self)
            except (DeltaError, OSError) as fault:
                says = f"The lake at {self.root} could not be written: {fault}. It is as it was."
                raise LoadError(
                    f"{says} Try again once that is put right.", retryable=True
                ) from fault
            finally:
                shutil.rmtree(self.root / SCRATCH, ignore_errors=True)

    def name_version(self, version: int, tables: Mapping[str, int], note: str) -> None:
        """Make the file that makes a version, unless another has made it.

        Raises:
            LoadError: where it is there already.
        """
        made = datetime.now(tz=UTC).isoformat(timespec="seconds")
        said = {"version": version, "tables": dict(tables), "note": note, "made": made}
        file = self._file(version)
        draft = file.with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="utf-8") as text:
            json.dump(said, text, ensure_ascii=False, indent=1)
            text.flush()
            os.fsync(text.fileno())
        try:
            os.link(draft, file)
        except FileExistsError as other:
            says = f"Another load made version {version} of the lake first. Try again."
            raise LoadError(says, retryable=True) from other
        finally:
            draft.unlink()
        _sync(file.parent)

    def _newest(self) -> int:
        folder = self.root / VERSIONS
        return max((int(p.stem) for p in folder.glob("????????.json")), default=0)

    def _file(self, version: int) -> Path:
        return self.root / VERSIONS / f"{version:08d}.json"


class Writing:
    """A version in the making: what it writes, it reads; the others see it after the commit."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.base = lake.version()
        self._named = lake.tables()
        self._held = dict(self._named)
        self._touched: set[str] = set()
        self._waiting: dict[str, list[pl.DataFrame]] = {}

    @property
    def scratch(self) -> Path:
        """A folder for what is on its way to the tables; it goes when the writing ends."""
        folder = self.lake.root / SCRATCH
        folder.mkdir(exist_ok=True)
        return folder

    def read(self, table: str) -> pl.LazyFrame:
        """A table with what was added since."""
        held, waiting = self.lake.scan(table, self._held.get(table)), self._waiting.get(table)
        if not waiting:
            return held
        return pl.concat([held, *(frame.lazy() for frame in waiting)], how="diagonal_relaxed")

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows; columns that the table lacks are added to it."""
        if frame.is_empty():
            return
        waiting = self._waiting.setdefault(table, [])
        waiting.append(frame)
        if sum(each.height for each in waiting) > WAITING:
            self._settle(table)

    def replace(self, table: str, frame: pl.DataFrame) -> None:
        """Write a table anew; older versions of the lake keep the old rows."""
        self._waiting.pop(table, None)
        self._write(table, frame, "overwrite")

    def commit(self, note: str) -> int:
        """Name what was written as the next version; without anything written, the old one."""
        for table in list(self._waiting):
            self._settle(table)
        if not self._touched:
            return self.base
        self.lake.name_version(self.base + 1, self._held, note)
        return self.base + 1

    def _settle(self, table: str) -> None:
        """Write the rows that wait."""
        rows = pl.concat(self._waiting.pop(table), how="diagonal_relaxed")
        self._write(table, rows, "append")

    def _write(self, table: str, frame: pl.DataFrame, mode: str) -> None:
        path = str(self.lake.root / table)
        fresh = not DeltaTable.is_deltatable(path)
        if not fresh and table not in self._touched:
            mode = self._go_back(table, path, mode)
        changes: Any = {"append": "merge", "overwrite": "overwrite"}[mode]
        options: Any = {"configuration": KEPT} if fresh else {"schema_mode": changes}
        write_deltalake(path, frame, mode=mode, **options)  # type: ignore[call-overload]
        self._touched.add(table)
        self._held[table] = DeltaTable(path).version()

    def _go_back(self, table: str, path: str, mode: str) -> str:
        """Leave behind what a killed load wrote; a table that no version names starts anew."""
        named = self._named.get(table)
        if named is None:
            return "overwrite"
        if mode == "append" and DeltaTable(path).version() != named:
            DeltaTable(path).restore(named)
        return mode


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
