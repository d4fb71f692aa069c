"""The county decided for the last day of each month, and what is kept of it: little, and once."""

from __future__ import annotations

import json
import os
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from graph_loader.scratch import scratch_folder
from matching.decide import decide
from matching.month_parts import PARTS, known_programmes, parts_of, together
from matching.monthly import KEYS, month_of
from matching.parts import own, shares
from matching.population import population
from matching.run import code_version, run_id
from matching.since import since
from matching.stated import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matching.population import Population
    from matching.run import Run
    from matching.stated import Tables
    from ontology.pack import Pack

    Progress = Callable[[str, int, int], None]

TABLES: Final = ("rows", "parts")
DRAFT: Final = ".draft"


@dataclass(frozen=True, slots=True)
class Kept:
    """Months of one lake, pack and code: decided once, read as often as is asked.

    `folder` holds, for each month, the two tables and a JSON that names its day and, by programme,
    the kinds of record that did not reach back so far; it is written last.
    """

    folder: Path

    def has(self, day: date) -> bool:
        """Whether the month of the day is kept, decided for just that day."""
        return self.about(day).get("day") == day.isoformat()

    def about(self, day: date) -> dict[str, Any]:
        """What is told of a month; nothing where it was not decided."""
        file = self._file(day, "json")
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return told

    def days(self) -> list[date]:
        """The days for which months were decided, the earliest first."""
        named = [
            json.loads(file.read_text(encoding="utf-8")) for file in self.folder.glob("*.json")
        ]
        return sorted(date.fromisoformat(one["day"]) for one in named)

    def read(self, day: date, table: str) -> pl.DataFrame:
        """One table of a month."""
        return pl.read_parquet(self._file(day, f"{table}.parquet"))

    def save(self, day: date, tables: dict[str, pl.DataFrame], lacks: dict[str, list[str]]) -> None:
        """Keep a month: its tables first, then the file that names them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file(day, "json").unlink(missing_ok=True)
        for name, table in tables.items():
            file = self._file(day, f"{name}.parquet")
            table.write_parquet(file.with_suffix(DRAFT))
            file.with_suffix(DRAFT).replace(file)
        about = {"day": day.isoformat(), "lacks": lacks}
        file = self._file(day, "json")
        with file.with_suffix(DRAFT).open("w", encoding="utf-8") as text:
            json.dump(about, text, ensure_ascii=False)
            text.flush()
            os.fsync(text.fileno())
        file.with_suffix(DRAFT).replace(file)

    def since(self, day: date) -> pl.DataFrame:
        """Since when, of everyone who qualifies on the day; no rows where it is not kept."""
        if not self.has(day):
            return since([])
        return since(self._backward(day))

    def _backward(self, day: date) -> Iterator[tuple[date, pl.DataFrame | None]]:
        """The months up to the day, latest first, down to the first that is kept."""
        kept = {one.replace(day=1): one for one in self.days() if one <= day}
        month = day.replace(day=1)
        while month >= min(kept):
            at = kept.get(month)
            yield month, None if at is None else self.read(at, "rows")
            month = before(month)

    def _file(self, day: date, what: str) -> Path:
        return self.folder / f"{day:%Y-%m}.{what}"


def kept(home: Path, pack: Pack, run: Run) -> Kept:
    """Where the months of a run's lake and a pack are kept, as this code decides them."""
    made = run_id(run.lake_version, pack.digest, date.min, code_version())
    return Kept(home / made.replace("R", "M"))


def before(month: date) -> date:
    """The first day of the month before."""
    year, number = divmod(month.year * 12 + month.month - 2, 12)
    return date(year, number + 1, 1)


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each month from that of one day to the day that is given last."""
    days, month = [last], before(last.replace(day=1))
    while month >= first.replace(day=1):
        days.append(month.replace(day=monthrange(month.year, month.month)[1]))
        month = before(month)
    return days[::-1]


@dataclass(frozen=True, slots=True)
class InParts:
    """How a county is decided of which only so many households are held at once, and where."""

    size: int
    scratch: Path


def decide_months(  # noqa: PLR0913 - from what, for when, to where, and how
    lake: Tables,
    pack: Pack,
    days: list[date],
    to: Kept,
    on: date,
    *,
    progress: Progress | None = None,
    parts: InParts | None = None,
) -> int:
    """Decide and keep each month that is not kept yet; how many these were.

    `on` is the day of the run beside which months are set. What sources say is read once; one
    month at a time is held beside it, of everyone or of one of the `parts`.
    """
    wanted = [day for day in days if not to.has(day)][::-1]
    if not wanted:
        return 0
    tell = progress or _quiet
    if parts is None:
        _whole(lake, pack, wanted, to, on, tell)
    else:
        _in_parts(lake, pack, wanted, to, on, tell, parts)
    tell("", len(wanted), len(wanted))
    return len(wanted)


def _quiet(month: str, done: int, of: int) -> None:
    """Progress that nobody watches."""
    del month, done, of


def _whole(  # noqa: PLR0913, PLR0917 - as it was asked
    lake: Tables, pack: Pack, days: list[date], to: Kept, on: date, tell: Progress
) -> None:
    """Everyone, month by month; a month is kept as soon as it is decided."""
    said = told(lake, pack)
    now = population(lake, pack, on, said=said)
    for done, day in enumerate(days):
        tell(f"{day:%Y-%m}", done, len(days))
        then = now if day == on else population(lake, pack, day, said=said)
        decided = decide(pack, then, day)
        rows = month_of(pack, then, decided).sort(*KEYS)
        tables = {"rows": rows, "parts": parts_of(pack, then, decided, rows).sort(*PARTS)}
        to.save(day, tables, known_programmes(pack, then, now))


def _in_parts(  # noqa: PLR0913, PLR0917 - as it was asked
    lake: Tables,
    pack: Pack,
    days: list[date],
    to: Kept,
    on: date,
    tell: Progress,
    parts: InParts,
) -> None:
    """Part by part, each in every month; the months are kept when the last part was decided."""
    lacks: dict[date, dict[str, list[str]]] = {}
    with scratch_folder("months", parts.scratch) as folder:
        for copied, made, number in shares(lake, pack, parts.size, scratch=parts.scratch):
            tables = copied.part(number)
            said = told(tables, pack)
            now = population(tables, pack, on, said=said)
            for done, day in enumerate(days):
                tell(f"{day:%Y-%m}", number * len(days) + done, made.of * len(days))
                then = now if day == on else population(tables, pack, day, said=said)
                if day not in lacks:  # what is whole is the same in every part
                    lacks[day] = known_programmes(pack, then, now)
                _keep_part(pack, then, own(then, made.home, number), folder / f"{day}-{number}")
        for day in days:
            rows = pl.scan_parquet(folder / f"{day}-*.rows").sort(*KEYS).collect()
            counted = together(pl.scan_parquet(folder / f"{day}-*.parts"))
            to.save(day, {"rows": rows, "parts": counted}, lacks[day])


def _keep_part(pack: Pack, then: Population, mine: pl.Series, file: Path) -> None:
    """What is kept of one month of one part, on its way."""
    decided = decide(pack, then, then.as_of)
    rows = month_of(pack, then, decided).filter(pl.col("id").is_in(mine.implode()))
    rows.write_parquet(file.with_suffix(".rows"))
    parts_of(pack, then, decided, rows, mine).write_parquet(file.with_suffix(".parts"))
