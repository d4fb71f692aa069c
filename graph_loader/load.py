"""Departments' files into the lake, as one version of it; every row accepted or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from graph_loader.check import Place, check
from graph_loader.errors import ArchiveError, LoadError
from graph_loader.read import deliveries, opened
from graph_loader.rows import current, sift, table_of, withdrawn
from graph_loader.table import NOTHING, Match, describe, named_like
from graph_loader.tables import COMPLETENESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph_loader.check import Checked
    from graph_loader.lake import Lake, Writing
    from graph_loader.read import Delivery
    from graph_loader.rows import Sifted
    from ontology.pack import Pack
    from ontology.sources import Source

Progress = Callable[[str, int, int], None]


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


def load(
    lake: Lake,
    pack: Pack,
    paths: Iterable[Path],
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Read, check and store files, and those in folders and archives, as one version of the lake.

    Raises:
        LoadError: where nothing was loaded; the lake is as it was.
    """
    files = deliveries(paths)
    with lake.writing() as writing:
        loading = _Loading(writing, pack, today or datetime.now(tz=UTC).date())
        for done, path in enumerate(files):
            if progress:
                progress(path.name, done, len(files))
            loading.open(path)
        if progress:
            progress("", len(files), len(files))
        return loading.commit()


class _Loading:
    """One load in the making, file by file."""

    def __init__(self, writing: Writing, pack: Pack, today: date) -> None:
        self.writing = writing
        self.pack = pack
        self.today = today
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
            for delivery in opened(path):
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
        try:
            matches, says = self._matches(delivery)
            checked = [
                (match, self._check(match, Place(self.load, sha, match.grid.sheet)))
                for match in matches
            ]
        except (LoadError, ValueError, pl.exceptions.PolarsError) as fault:
            says = str(fault).splitlines()[0].removeprefix(f"{delivery.name}: ")
            matches, checked = [], []
        if not matches:
            near = named_like(delivery.name, self.pack.sources.values())
            if near is not None and f"`{near.id}`" not in says:
                says = f"{says.rstrip('.')}. Its name is that of a file of `{near.id}`."
            self.reports.append(FileReport(delivery.name, "refused", says=says))
            return
        for match, rows in checked:
            self._store(delivery, sha, match, rows, says)
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

    def _check(self, match: Match, place: Place) -> Checked:
        return check(match, self.pack, place, today=self.today)

    def _store(
        self, delivery: Delivery, sha: str, match: Match, checked: Checked, says: str
    ) -> None:
        source = match.source.id
        sifted = sift(checked.accepted, self.writing.read(table_of(source)), self.load)
        rejects = pl.concat([checked.rejects, sifted.refused]).sort("row")
        gone = self._withdrawn(match, delivery.name, checked.accepted["_key"], rejects["key"])
        report = FileReport(
            delivery.name,
            "loaded",
            source,
            match.grid.sheet,
            checked.read,
            checked.accepted.height - sifted.refused.height,
            rejects.height,
            sifted.repeated,
            gone.height,
            says,
            checked.notes,
        )
        if report.accepted + report.refused != report.read:
            says = f"{delivery.name}: {report.read} rows were read, {report.accepted} accepted"
            raise LoadError(f"{says} and {report.refused} refused.", retryable=False)
        self._write(report, sha, sifted, rejects)
        self._withdraw(source, sha, gone)

    def _withdrawn(
        self, match: Match, name: str, accepted: pl.Series, refused: pl.Series
    ) -> pl.DataFrame:
        """The rows that earlier files of this name and sheet stated and this one leaves out."""
        if match.source.complete is None:
            return pl.DataFrame()
        known = [self.held, *self.files]
        same = (
            (pl.col("name") == name)
            & (pl.col("source") == match.source.id)
            & (pl.col("sheet") == match.grid.sheet)
        )
        files = {sha for frame in known for sha in frame.filter(same)["sha"]}
        if not files:
            return pl.DataFrame()
        told = pl.concat([accepted, refused.drop_nulls()], rechunk=False)
        return withdrawn(current(self.writing, match.source.id), files, told)

    def _withdraw(self, source: str, sha: str, gone: pl.DataFrame) -> None:
        """Keep that these rows were left out, as a newer version of each; what follows is newer."""
        if gone.is_empty():
            return
        number = pl.lit(self.load, pl.Int64)
        marks = {"_load": number, "_file": pl.lit(sha), "_row": pl.lit(None, pl.Int64)}
        self.writing.append(table_of(source), gone.with_columns(**marks))
        self.load += 1

    def _write(self, report: FileReport, sha: str, sifted: Sifted, rejects: pl.DataFrame) -> None:
        """Rows that overtake others of this call are the next load: the newer one is seen."""
        self.load += sifted.overtakes
        number = pl.lit(self.load, pl.Int64)
        source = str(report.source)
        fresh = sifted.fresh.with_columns(number.alias("_load"), _gone=pl.lit(value=False))
        self.writing.append(table_of(source), fresh)
        self.writing.append("rejects", rejects.with_columns(number.alias("load")))
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
