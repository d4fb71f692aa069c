"""Files as grids of text: CSV, workbooks, parquet, and what lies in zip archives."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from graph_loader.content import content_of, pieces, sha_of, whole
from graph_loader.errors import ArchiveError, LoadError
from graph_loader.looks import looks_like
from graph_loader.read_csv import BATCH, CsvGrid
from graph_loader.unpack import DAMAGED, unpacked_to
from graph_loader.workbook import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graph_loader.content import Content

KINDS: Final = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")
ARCHIVES: Final = (".zip", ".rar", ".7z", ".gz", ".tar")
ARCHIVED: Final = "unpack it, and hand in the files or one .zip of them"
UTF8_NAME: Final = 0x800
"""The flag of a zip entry whose name is UTF-8."""


class Grid(Protocol):
    """One sheet: its first rows to look at, and the rows below a header to load."""

    @property
    def sheet(self) -> str: ...

    @property
    def encoding(self) -> str: ...

    @property
    def head(self) -> list[list[str]]: ...

    def below(self, header: int, batch: int = BATCH) -> Iterator[pl.DataFrame]:
        """Text columns `0`, `1`, …, `_row` as people count, and `_torn`: why it is no row.

        So many rows at a time, at least one frame.
        """
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as a department handed it in; inside an archive, the archive's name comes first."""

    name: str
    content: Content

    @property
    def sha(self) -> str:
        return sha_of(self.content)

    @property
    def base(self) -> str:
        """The file's own name, without folders."""
        return self.name.rsplit("/", 1)[-1]

    def grids(self) -> list[Grid]:
        """The sheets of the file.

        Raises:
            LoadError: where the file cannot be read as what its name says.
        """
        kind = Path(self.base).suffix.lower()
        if kind not in KINDS:
            says = f"no file of kind `{kind}` is read" if kind else "its name has no ending"
            way = ARCHIVED if kind in ARCHIVES else "save it as .xlsx or .csv"
            raise LoadError(f"{self.name}: {says}; {way}.", retryable=False)
        other = looks_like(self.content, kind)
        if other:
            raise LoadError(f"{self.name}: {other}", retryable=False)
        try:
            return self._grids(kind)
        except (ValueError, KeyError, OSError, csv.Error, pl.exceptions.PolarsError) as fault:
            says = f"{self.name}: cannot be read as {kind}: {str(fault).splitlines()[0]}"
            raise LoadError(says, retryable=False) from fault

    def _grids(self, kind: str) -> list[Grid]:
        if kind == ".xlsx":
            return list(sheets(whole(self.content)))
        if kind == ".parquet":
            return [ParquetGrid(self.content)]
        return [CsvGrid(self.content)] if any(map(bytes.strip, pieces(self.content))) else []


class ParquetGrid:
    """A parquet file; its column names are the header, and its rows are counted from 1."""

    sheet = ""
    encoding = ""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.head = [self._table.collect_schema().names()]

    @property
    def _table(self) -> pl.LazyFrame:
        held = self._content
        return pl.scan_parquet(io.BytesIO(held) if isinstance(held, bytes) else held)

    def below(self, header: int, batch: int = BATCH) -> Iterator[pl.DataFrame]:
        """All rows; below the only header there is.

        Raises:
            ValueError: where the file is damaged.
        """
        try:
            count = int(self._table.select(pl.len()).collect().item())
            for at in range(0, max(count, 1), batch):
                yield self._rows(header, at, batch)
        except (pl.exceptions.PolarsError, OSError) as fault:
            says = f"cannot be read as .parquet: {str(fault).splitlines()[0]}"
            raise ValueError(says) from fault

    def _rows(self, header: int, after: int, count: int) -> pl.DataFrame:
        table = self._table.select(pl.all().cast(pl.String)).slice(after, count).collect()
        table.columns = [str(at) for at in range(header, header + table.width)]
        return table.with_columns(
            pl.int_range(after + 1, after + pl.len() + 1, dtype=pl.Int64).alias("_row"),
            pl.lit(None, pl.String).alias("_torn"),
        )


def deliveries(paths: Iterable[Path]) -> list[Path]:
    """The files at these paths, those in folders in the order of their names.

    Raises:
        LoadError: where a path leads to nothing.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise LoadError(f"There is no file {path}.", retryable=False)
        if not path.is_dir() and not path.is_file():
            raise LoadError(f"{path} is no file.", retryable=False)
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [
            p for p in inside if not _aside(p.relative_to(path) if p != path else Path(p.name))
        ]
    return found


def opened(path: Path, scratch: Path | None = None) -> Iterator[Delivery]:
    """The file, or the files of an archive, one at a time; large ones unpacked into `scratch`.

    Raises:
        ArchiveError: where an archive is damaged; the files before the damage were given.
        LoadError: where a file was written to while it was read.
    """
    if path.suffix.lower() != ".zip":
        before = path.stat()
        yield Delivery(path.name, content_of(path))
        now = path.stat()
        if (before.st_mtime_ns, before.st_size) != (now.st_mtime_ns, now.st_size):
            says = f"{path.name} was written to while it was read. Try again when it is whole."
            raise LoadError(says, retryable=True)
        return
    held = 0
    try:
        with (
            zipfile.ZipFile(path) as archive,
            tempfile.TemporaryDirectory(dir=scratch) as folder,
        ):
            for entry in sorted(archive.infolist(), key=_name):
                if not entry.is_dir() and not _aside(Path(_name(entry))):
                    held += 1
                    content = unpacked_to(archive, entry, _name(entry), Path(folder) / "file")
                    yield Delivery(f"{path.name}/{_name(entry)}", content)
    except DAMAGED as fault:
        says = f"{path.name}: no sound zip archive: {str(fault) or 'it ends too early'}"
        raise ArchiveError(says, retryable=False) from fault
    if not held:
        raise ArchiveError(f"{path.name}: no file is in it.", retryable=False)


def _name(entry: zipfile.ZipInfo) -> str:
    """Windows writes Chinese names in GBK and does not say so."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _aside(path: Path) -> bool:
    """What systems and editors leave beside the files."""
    left = (".", "~$", "__MACOSX")
    return any(part.startswith(left) and part not in (".", "..") for part in path.parts)


def same_name(name: str) -> str:
    """A file's name to compare by: composed characters, half-width forms."""
    return unicodedata.normalize("NFKC", name)
