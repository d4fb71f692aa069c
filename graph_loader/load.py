"""Departments' files into the lake, as one version of it; every row accepted or refused."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from graph_loader.check import Place, check
from graph_loader.errors import ArchiveError, LoadError
from graph_loader.parts import Parts
from graph_loader.read import deliveries, opened
from graph_loader.read_csv import BATCH
from graph_loader.rows import sift, table_of, withdrawn
from graph_loader.table import NOTHING, Match, describe, named_like
from graph_loader.tables import COMPLETENESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graph_loader.lake import Lake, Writing
    from graph_loader.read import Delivery
    from graph_loader.rows import Sifted
    from ontology.pack import Pack
    from ontology.sources import Source

Progress = Callable[[str, int, int], None]
New = Callable[[], Parts]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, or of one sheet: `loaded`, `known` (nothing new) or `refused`."""

    name: str
    status: str
    source: str | None = None
    sheet: str = ""
    read: int = 0
    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    withdrawn: int = 0
    says: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of all files: `accepted` + `refused` = `read`; `repeated` are accepted too."""

    load: int
    version: int
    files: tuple[FileReport, ...]

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def accepted(self) -> int:
        return sum(file.accepted for file in self.files)

    @property
    def refused(self) -> int:
        return sum(file.refused for file in self.files)

    @property
    def repeated(self) -> int:
        return sum(file.repeated for file in self.files)

    @property
    def withdrawn(self) -> int:
        """Rows of the lake that a newer file of the same name leaves out."""
        return sum(file.withdrawn for file in self.files)

    @property
    def new(self) -> int:
        """Rows that the lake did not hold before."""
        return self.accepted - self.repeated

    @property
    def files_refused(self) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.status == "refused")


def load(  # noqa: PLR0913 - what, into what, on which day, and how much at once
    lake: Lake,
    pack: Pack,
    paths: Iterable[Path],
    *,
    today: date | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
) -> LoadReport:
    """Read, check and store files, and those in folders and archives, as one version of the lake.

    `batch` rows are in memory at a time; what becomes of a file is the same for every number.

    Raises:
        LoadError: where nothing was loaded; the lake is as it was.
    """
    files = deliveries(paths)
    with lake.writing() as writing:
        loading = _Loading(writing, pack, today or datetime.now(tz=UTC).date(), batch)
        for done, path in enumerate(files):
            if progress:
                progress(path.name, done, len(files))
            loading.open(path)
        if progress:
            progress("", len(files), len(files))
        return loading.commit()


@dataclass(slots=True)
class _Sheet:
    """The rows of a sheet that were accepted and refused so far, and what stood around them."""

    match: Match
    accepted: Parts
    rejects: Parts
    read: int = 0
    empty: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def told(self) -> pl.LazyFrame:
        """The keys of which the sheet says anything; null where a refused row has none."""
        return pl.concat(
            [self.accepted.scan().select("_key"), self.rejects.scan().select(_key="key")]
        )


class _Loading:
    """One load in the making, file by file."""

    def __init__(self, writing: Writing, pack: Pack, today: date, batch: int) -> None:
        self.writing = writing
        self.pack = pack
        self.today = today
        self.batch = batch
        self.held = held = writing.read("files").collect()
        self.known: dict[str, set[tuple[str, str]]] = {}
        for sha, source, digest in held.select("sha", "source", "source_digest").iter_rows():
            self.known.setdefault(sha, set()).add((source, digest))
        self.load = 1 + max(held["load"].to_list(), default=0)
        linking = pack.linking
        kept = repr((linking.keep, sorted(linking.fields.items()))) if linking else ""
        self.digests = {source.id: digest_of(source, kept) for source in pack.sources.values()}
        self.loads: dict[str, int] = dict(held.select("source", "load").iter_rows())
        self.reports: list[FileReport] = []
        self.files: list[pl.DataFrame] = []

    def open(self, path: Path) -> None:
        """Load a file, or the files of an archive; a damaged archive is refused as a file is."""
        try:
            for delivery in opened(path, self.writing.scratch):
                self.take(delivery)
        except ArchiveError as fault:
            says = str(fault).removeprefix(f"{path.name}: ")
            self.reports.append(FileReport(path.name, "refused", says=says))

    def take(self, delivery: Delivery) -> None:
        """Load one file whole, or refuse it whole."""
        sha = delivery.sha
        seen = self.known.get(sha, set())
        if seen and all(self.digests.get(source) == digest for source, digest in seen):
            source = min(source for source, _ in seen)
            self.reports.append(FileReport(delivery.name, "known", source))
            return
        with tempfile.TemporaryDirectory(dir=self.writing.scratch) as folder:
            self._take(delivery, sha, lambda: Parts(Path(folder), self.batch))

    def _take(self, delivery: Delivery, sha: str, new: New) -> None:
        try:
            matches, says = self._matches(delivery)
            checked = [self._check(match, sha, new) for match in matches]
        except (LoadError, ValueError, pl.exceptions.PolarsError) as fault:
            says = str(fault).splitlines()[0].removeprefix(f"{delivery.name}: ")
            matches, checked = [], []
        if not matches:
            near = named_like(delivery.name, self.pack.sources.values())
            if near is not None and f"`{near.id}`" not in says:
                says = f"{says.rstrip('.')}. Its name is that of a file of `{near.id}`."
            self.reports.append(FileReport(delivery.name, "refused", says=says))
            return
        for sheet in checked:
            self._store(delivery, sha, sheet, says, new)
        self.known[sha] = {(m.source.id, self.digests[m.source.id]) for m in matches}

    def _matches(self, delivery: Delivery) -> tuple[list[Match], str]:
        """The sheets that a source describes, and what is to say of the others."""
        matches: list[Match] = []
        says: list[str] = []
        for grid in delivery.grids():
            found = describe(delivery.name, grid, self.pack.sources.values())
            if isinstance(found, Match):
                matches.append(found)
            elif found.says != NOTHING or not grid.sheet:
                says.append(f"{grid.sheet}: {found.says}" if grid.sheet else found.says)
        return matches, " ".join(says) if matches or says else NOTHING

    def _check(self, match: Match, sha: str, new: New) -> _Sheet:
        """Judge the rows of a sheet, so many at a time."""
        place = Place(self.load, sha, match.grid.sheet)
        sheet = _Sheet(match, new(), new())
        for below in match.grid.below(match.header, self.batch):
            checked = check(match, below, self.pack, place, today=self.today)
            sheet.accepted.add(checked.accepted)
            sheet.rejects.add(checked.rejects)
            sheet.read += checked.read
            sheet.empty += checked.empty
            sheet.notes += checked.notes
        return sheet

    def _store(self, delivery: Delivery, sha: str, sheet: _Sheet, says: str, new: New) -> None:
        source = sheet.match.source.id
        sifted = sift(sheet.accepted, self.writing.read(table_of(source)), self.load, new)
        for refused in sifted.refused:
            sheet.rejects.add(refused)
        gone = new()
        for rows in self._withdrawn(sheet, delivery.name):
            gone.add(rows)
        empty = [f"empty rows: {sheet.empty}"] if sheet.empty else []
        report = FileReport(
            delivery.name,
            "loaded",
            source,
            sheet.match.grid.sheet,
            sheet.read,
            sheet.accepted.height - sifted.refused.height,
            sheet.rejects.height,
            sifted.repeated,
            gone.height,
            says,
            (*empty, *sheet.notes),
        )
        if report.accepted + report.refused != report.read:
            says = f"{delivery.name}: {report.read} rows were read, {report.accepted} accepted"
            raise LoadError(f"{says} and {report.refused} refused.", retryable=False)
        self._write(report, sha, sifted, sheet.rejects)
        self._withdraw(source, sha, gone)

    def _withdrawn(self, sheet: _Sheet, name: str) -> Iterator[pl.DataFrame]:
        """The rows that earlier files of this name and sheet stated and this one leaves out."""
        source = sheet.match.source
        if source.complete is None:
            return
        known = [self.held, *self.files]
        same = (
            (pl.col("name") == name)
            & (pl.col("source") == source.id)
            & (pl.col("sheet") == sheet.match.grid.sheet)
        )
        files = {sha for frame in known for sha in frame.filter(same)["sha"]}
        if files:
            held = self.writing.read(table_of(source.id))
            yield from withdrawn(held, files, sheet.told, sheet.read)

    def _withdraw(self, source: str, sha: str, gone: Parts) -> None:
        """Keep that these rows were left out, as a newer version of each; what follows is newer."""
        if not gone.height:
            return
        number = pl.lit(self.load, pl.Int64)
        marks = {"_load": number, "_file": pl.lit(sha), "_row": pl.lit(None, pl.Int64)}
        for rows in gone:
            self.writing.append(table_of(source), rows.with_columns(**marks))
        self.load += 1

    def _write(self, report: FileReport, sha: str, sifted: Sifted, rejects: Parts) -> None:
        """Rows that overtake others of this call are the next load: the newer one is seen."""
        self.load += sifted.overtakes
        number = pl.lit(self.load, pl.Int64)
        source = str(report.source)
        for rows in sifted.fresh:
            fresh = rows.with_columns(number.alias("_load"), _gone=pl.lit(value=False))
            self.writing.append(table_of(source), fresh)
        for rows in rejects:
            refused = rows.with_columns(number.alias("load")).sort("row")
            self.writing.append("rejects", refused)
        self.reports.append(report)
        self.loads[source] = self.load
        self.files.append(
            pl.DataFrame(
                {
                    "sha": sha,
                    "name": report.name,
                    "source": source,
                    "sheet": report.sheet,
                    "load": self.load,
                    "read": report.read,
                    "accepted": report.accepted,
                    "refused": report.refused,
                    "repeated": report.repeated,
                    "notes": "; ".join(report.notes),
                    "source_digest": self.digests[source],
                }
            )
        )

    def commit(self) -> LoadReport:
        """Make the version; none where every file was known or refused."""
        if self.files:
            self.writing.append("files", pl.concat(self.files))
        self._complete()
        loaded = sum(file.status == "loaded" for file in self.reports)
        version = self.writing.commit(f"load {self.load}: {loaded} files")
        last = self.load if self.files else self.load - 1
        return LoadReport(last, version, tuple(self.reports))

    def _complete(self) -> None:
        """What the sources loaded so far declare to be whole, as the pack says it now."""
        rows = [
            row for name, load in sorted(self.loads.items()) for row in self._declared(name, load)
        ]
        now = pl.DataFrame(rows, dict(COMPLETENESS), orient="row")
        held = self.writing.read("completeness").collect()
        if not now.drop("load").equals(held.drop("load")):
            self.writing.replace("completeness", now)

    def _declared(self, name: str, load: int) -> list[tuple[object, ...]]:
        source = self.pack.sources.get(name)
        if source is None or source.complete is None:
            return []
        whole = source.complete
        regions = whole.regions or (self.pack.regions.root,)
        until = whole.until or whole.as_of
        return [(name, source.kind, region, whole.since, until, load) for region in regions]


def digest_of(source: Source, kept: str = "") -> str:
    """What a source says, as a hash: a file read by another wording is read again.

    `kept`: which rows without a valid number the pack keeps.
    """
    text = repr(replace(source, file=Path())) + kept
    return hashlib.sha256(text.encode()).hexdigest()[:16]
