"""A run: decisions, what they were made from, and a digest that the same facts give again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from pyarrow.parquet import ParquetWriter

from matching.digest import digest_of
from matching.piece import NOBODY, piece_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

    from matching.decide import Decided
    from matching.piece import Piece
    from matching.population import Population
    from ontology.pack import Pack

FOLDERS: Final = ("ontology", "graph_loader", "matching")
PARTIAL: Final = ".partial"


@dataclass(frozen=True, slots=True)
class Run:
    """What a set of decisions was made from; equal parts give an equal id and digest."""

    id: str
    lake_version: int
    pack: str
    pack_version: str
    pack_digest: str
    as_of: date
    code_version: str
    digest: str
    counts: Mapping[str, Mapping[str, int]]

    @property
    def told(self) -> str:
        """The run by its id and its day."""
        return f"run {self.id} of {self.as_of}"


def follows(run: Run, before: Run) -> bool:
    """Whether one run is another over later facts."""
    same = ("pack", "pack_digest", "as_of", "code_version")
    later = run.lake_version > before.lake_version
    return later and all(getattr(run, name) == getattr(before, name) for name in same)


def save_run(home: Path, pack: Pack, population: Population, decided: Decided) -> Run:
    """Save what was decided, with everything it was decided from, and give the run."""
    piece = piece_of(population, decided)
    return save_pieces(home, pack, (population.lake_version, decided.as_of), [piece])


def save_pieces(home: Path, pack: Pack, made_of: tuple[int, date], pieces: Iterable[Piece]) -> Run:
    """The same from pieces, of which one at a time is held; `made_of`: lake version and day."""
    (version, as_of), code = made_of, code_version()
    made = run_id(version, pack.digest, as_of, code)
    found: list[pl.DataFrame] = []
    number: Counter[tuple[str, str]] = Counter()
    with new_folder(home, made) as folder, Writers(folder) as writers:
        for piece in chain([NOBODY], pieces):
            for name, table in piece.tables().items():
                writers.add(name, table)
            found.append(piece.leaves)
            number.update(_numbers(piece.decisions))
        run = Run(
            id=made,
            lake_version=version,
            pack=pack.id,
            pack_version=pack.version,
            pack_digest=pack.digest,
            as_of=as_of,
            code_version=code,
            digest=digest_of(pl.concat(found)),
            counts=_by_programme(number),
        )
        _tell(folder, run)
    return run


@cache
def code_version() -> str:
    """The release, and a hash over the Python files that decide."""
    root = Path(__file__).resolve().parent.parent
    whole = hashlib.sha256()
    for file in sorted(f for folder in FOLDERS for f in (root / folder).rglob("*.py")):
        whole.update(file.relative_to(root).as_posix().encode())
        whole.update(file.read_bytes())
    return f"{_release()}+{whole.hexdigest()[:12]}"


def _release() -> str:
    try:
        return metadata.version("aidgraph")
    except metadata.PackageNotFoundError:
        return "0"


def run_id(lake_version: int, pack_digest: str, as_of: date, code: str) -> str:
    """The id of whatever is decided from these four."""
    parts = json.dumps([lake_version, pack_digest, as_of.isoformat(), code])
    return "R" + hashlib.sha256(parts.encode()).hexdigest()[:16]


def counts(decisions: pl.DataFrame) -> dict[str, dict[str, int]]:
    """How many units of each programme have each status."""
    return _by_programme(_numbers(decisions))


def _numbers(decisions: pl.DataFrame) -> dict[tuple[str, str], int]:
    rows = decisions.group_by("programme", "status").len()
    return {(programme, status): number for programme, status, number in rows.iter_rows()}


def _by_programme(number: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for programme, status in sorted(number):
        found.setdefault(programme, {})[status] = number[programme, status]
    return found


def write_run(home: Path, run: Run, tables: Mapping[str, pl.DataFrame]) -> Path:
    """A folder with run.json and one parquet file a table, complete or not there at all."""
    with new_folder(home, run.id) as folder:
        for name, table in tables.items():
            table.write_parquet(folder / f"{name}.parquet")
        _tell(folder, run)
    return home / run.id


@contextmanager
def new_folder(home: Path, made: str) -> Iterator[Path]:
    """A folder that takes a run's place when the block has ended well."""
    partial = home / f"{made}{PARTIAL}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    shutil.rmtree(home / made, ignore_errors=True)
    partial.rename(home / made)


class Writers:
    """Parquet files in a folder, one a table, to which rows are added as they are found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def add(self, name: str, table: pl.DataFrame) -> None:
        """Rows of one table, of the columns that its first rows had."""
        rows = table.to_arrow()
        if name not in self._open:
            file = self.folder / f"{name}.parquet"
            self._open[name] = ParquetWriter(file, rows.schema, compression="zstd")
        self._open[name].write_table(rows)

    def __exit__(self, *_: object) -> None:
        for writer in self._open.values():
            writer.close()


def _tell(folder: Path, run: Run) -> None:
    text = json.dumps(asdict(run), default=date.isoformat, ensure_ascii=False, indent=2)
    (folder / "run.json").write_text(text, encoding="utf-8")


def load_run(home: Path, run: str | None = None) -> Run:
    """A saved run; without an id the one that was saved last.

    Raises:
        FileNotFoundError: naming the runs that there are.
    """
    known = runs(home)
    if run is None and known:
        return known[-1]
    for each in known:
        if each.id == run:
            return each
    names = ", ".join(each.id for each in known) or "none: `aidgraph match` makes one"
    raise FileNotFoundError(f"No run `{run or 'at all'}` in {home}. There are: {names}.")


def runs(home: Path) -> list[Run]:
    """Every saved run, the one that was saved last at the end."""
    files = [f for f in home.glob("*/run.json") if not f.parent.name.endswith(PARTIAL)]
    return [_read(f) for f in sorted(files, key=lambda f: (f.stat().st_mtime_ns, f.parent.name))]


def run_table(home: Path, run: Run, table: str) -> pl.DataFrame:
    """One table of a saved run."""
    return pl.read_parquet(home / run.id / f"{table}.parquet")


def _read(file: Path) -> Run:
    raw = json.loads(file.read_text(encoding="utf-8"))
    return replace(Run(**raw), as_of=date.fromisoformat(raw["as_of"]))
