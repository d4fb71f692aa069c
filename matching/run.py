"""A run: decisions, what they were made from, and a digest that the same facts give again."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.decide import Decided
    from matching.population import Population
    from ontology.pack import Pack

FOLDERS: Final = ("ontology", "graph_loader", "matching")
SLICE: Final = 1_000_000
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


def save_run(home: Path, pack: Pack, population: Population, decided: Decided) -> Run:
    """Save what was decided, with everything it was decided from, and give the run."""
    code = code_version()
    run = Run(
        id=run_id(population.lake_version, pack.digest, decided.as_of, code),
        lake_version=population.lake_version,
        pack=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        as_of=decided.as_of,
        code_version=code,
        digest=decisions_digest(decided.decisions, population.aliases),
        counts=counts(decided.decisions),
    )
    tables = {"decisions": decided.decisions, "missing": decided.missing}
    write_run(home, run, {**tables, "conflicts": population.conflicts})
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


def decisions_digest(decisions: pl.DataFrame, aliases: pl.DataFrame) -> str:
    """SHA-256 of the sorted rows, each surrogate id replaced by its `alias`.

    `aliases` (id, alias) gives the least source and key by which a department knows the same
    person or household, so that surrogates minted in another order change nothing.
    """
    known = aliases.select("id", "alias")
    rows = decisions.join(known, on="id", how="left").join(
        known.rename({"id": "household", "alias": "home"}), on="household", how="left"
    )
    rows = rows.with_columns(
        id=pl.coalesce("alias", "id"), household=pl.coalesce("home", "household")
    ).select(sorted(decisions.columns))
    rows = rows.sort("unit", "id", "programme")
    whole = hashlib.sha256(",".join(rows.columns).encode())
    for start in range(0, rows.height, SLICE):
        text = io.BytesIO()
        rows.slice(start, SLICE).write_csv(text, include_header=False)
        whole.update(text.getvalue())
    return whole.hexdigest()


def counts(decisions: pl.DataFrame) -> dict[str, dict[str, int]]:
    """How many units of each programme have each status."""
    found: dict[str, dict[str, int]] = {}
    rows = decisions.group_by("programme", "status").len().sort("programme", "status")
    for programme, status, number in rows.iter_rows():
        found.setdefault(programme, {})[status] = number
    return found


def write_run(home: Path, run: Run, tables: Mapping[str, pl.DataFrame]) -> Path:
    """A folder with run.json and one parquet file a table, complete or not there at all."""
    folder = home / run.id
    partial = home / f"{run.id}{PARTIAL}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, table in tables.items():
        table.write_parquet(partial / f"{name}.parquet")
    text = json.dumps(asdict(run), default=date.isoformat, ensure_ascii=False, indent=2)
    (partial / "run.json").write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


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
