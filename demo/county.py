"""Make the county: draw the ordinary, plant the scenarios, spoil some rows, write it all."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo import assistance, background, dirty, files, planted, render
from demo.economy import settle
from demo.fields import KIN
from demo.hardship import suffer
from demo.health import health
from demo.identity import Numbers
from demo.names import RARE_SURNAMES, names, unique_names
from demo.numbering import fill, steps
from demo.population import draw
from demo.registers import registers
from demo.scenarios import Scenario, Verdict, read_scenarios, scenario_pairs
from demo.truth import write_truth

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED: Final = Path(__file__).parent / "scenarios"
SEED: Final = 20261031
HOUSEHOLDS: Final = 5000
BLOCK: Final = 20_000
"""Households that are drawn, rendered and written at once."""
NUMBERED: Final = ("person", "household", *KIN)

PEOPLE: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "household": pl.Int64,
    "birth": pl.Date,
    "female": pl.Boolean,
    "dirtable": pl.Boolean,
    "name": pl.String,
}


@dataclass(frozen=True, slots=True)
class CountyReport:
    """What was made, in numbers."""

    households: int
    people: int
    scenarios: int
    planted: int
    near_misses: int
    undetermined: int
    dirty: int
    files: int
    rows: int

    def to_json(self) -> dict[str, Any]:
        """The numbers by name."""
        return asdict(self)


def make(
    home: Path,
    *,
    households: int = HOUSEHOLDS,
    seed: int = SEED,
    scenarios: list[tuple[Path, Path]] | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> CountyReport:
    """Write the departments' files into `home/files` and the truth into `home/truth`.

    `scenarios` are further pairs of tables beside the shipped ones; `progress` is told the source
    and how many rows of it were just written. The same arguments give the same bytes; whatever the
    number of households, no more than a block of them is in memory.
    """
    tables = [*scenario_pairs(SHIPPED), *(scenarios or [])]
    told = [(str(at), *read_scenarios(*pair)) for at, pair in enumerate(tables)]
    family = planted.plant((table, s) for table, found, _ in told for s in found)
    folder = home / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for layout in render.layouts().values():
        for old in files.of_source(layout, folder):
            old.unlink()
    with tempfile.TemporaryDirectory(prefix="aidgraph-county-") as spool:
        made = _Making(seed, files.Writer(folder, Path(spool)), progress or _quiet)
        first, *others = _blocks(households)
        people, spoilt, places = made.block(family, first)
        write_truth(home / "truth", told, family, people, places)
        for other in others:
            made.block(planted.Planted(), other)
        made.writer.close()
    return _report(told, made, len(spoilt))


def _blocks(households: int) -> list[int]:
    """How many households each block has; the last has half a block more or less at most."""
    full = max(1, round(households / BLOCK)) - 1
    return [BLOCK] * full + [households - BLOCK * full]


def _quiet(source: str, rows: int) -> None:
    """Progress that nobody watches."""
    del source, rows


class _Making:
    """A county in the making, block by block: nothing of one block refers to another.

    What is planted and what is spoilt stand in the first block; each block is drawn by a generator
    of its own, and office and id numbers go on from where the last block ended.
    """

    def __init__(
        self, seed: int, writer: files.Writer, progress: Callable[[str, int], None]
    ) -> None:
        self.seed = seed
        self.writer = writer
        self.layouts = render.layouts()
        self.progress = progress
        self.at = 0
        self.people = 0
        self.homes = 0
        self.numbers = Numbers()
        self.numbered: Counter[str] = Counter()

    def block(
        self, family: planted.Planted, households: int
    ) -> tuple[pl.DataFrame, list[dirty.Spoilt], list[dict[str, Any]]]:
        """Draw and write so many households beside planted ones.

        Its people, what of it was spoilt, and where that stands.
        """
        rng = np.random.default_rng([self.seed, self.at] if self.at else self.seed)
        people, records = self._everyone(rng, family, households)
        spoilt = [] if self.at else dirty.choose(rng, records, people)
        people = dirty.rename(people, spoilt)
        records = fill(records, people, self.numbered)
        self.numbered.update({source: rows.height for source, rows in records.items()})
        records["application_steps"] = steps(records["applications"])
        places = self._write(records, people, spoilt)
        if self.at == 0:
            self.numbers.part()
        self.at += 1
        self.people += people.height
        self.homes += people["household"].n_unique()
        return people, spoilt, places

    def _everyone(
        self, rng: np.random.Generator, family: planted.Planted, households: int
    ) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
        """Planted people first, then drawn ones, numbered on; and every source's rows of both."""
        population = draw(rng, households)
        economy = suffer(rng, settle(rng, population))
        drawn = background.records(rng, population, economy)
        drawn |= assistance.receive(rng, economy, self.at)
        drawn |= registers(rng, economy) | health(rng, economy)
        told = planted.frames(family)
        first, first_home = self.people + len(family.people), self.homes + len(family.homes)
        shift = {"person": first, "household": first_home}
        records = {}
        for source in filter(told.__contains__, self.layouts):
            if source in drawn:
                moved = drawn[source].with_columns(
                    pl.col(c) + shift.get(c, first) for c in NUMBERED if c in drawn[source].columns
                )
                told[source] = pl.concat([told[source], moved])
            records[source] = told[source]
        people = _people(rng, family, economy.persons).with_columns(
            pl.col("household") + self.homes
        )
        return self._numbered(people, family, population.households), records

    def _numbered(
        self, people: pl.DataFrame, family: planted.Planted, homes: pl.DataFrame
    ) -> pl.DataFrame:
        """Everyone with an id number and the number of the household."""
        people = people.with_row_index("person", self.people).cast({"person": pl.Int64})
        own = pl.Series([home["township"] for home in family.homes], dtype=pl.String)
        here = pl.concat([own, homes["township"]])
        serial = people["household"].cast(pl.String).str.zfill(7)
        return people.with_columns(
            id_number=self.numbers.give(people["birth"], people["female"].to_numpy()),
            household_number=here.gather(people["household"] - self.homes) + serial,
        )

    def _write(
        self, records: dict[str, pl.DataFrame], people: pl.DataFrame, spoilt: list[dirty.Spoilt]
    ) -> list[dict[str, Any]]:
        """Render and write every source; where each planted dirty row stands."""
        places: list[dict[str, Any]] = []
        for source, layout in self.layouts.items():
            table = render.render(layout, records.pop(source), people)
            table = dirty.spoil(source, layout, table, spoilt)
            for file in self.writer.add(layout, table):
                places += _places(file, table, spoilt)
                self.progress(source, len(file.rows))
        return places


def _people(rng: np.random.Generator, family: planted.Planted, drawn: pl.DataFrame) -> pl.DataFrame:
    """Planted people and drawn ones, without the numbers that offices give them."""
    own = pl.DataFrame(
        {
            "household": [row["household"] for row in family.people],
            "birth": [row["birth_date"] for row in family.people],
            "female": [row["sex"] == "female" for row in family.people],
            "dirtable": [False] * len(family.people),
            "name": unique_names(len(family.people), RARE_SURNAMES),
        },
        schema=PEOPLE,
    )
    rest = drawn.select(
        pl.col("household") + len(family.homes),
        "birth",
        "female",
        dirtable=(pl.col("identity") == "ordinary") & pl.col("died_on").is_null(),
        name=names(rng, drawn["female"].to_numpy()),
    )
    return pl.concat([own, rest])


def _places(
    file: files.Written, table: pl.DataFrame, spoilt: list[dirty.Spoilt]
) -> list[dict[str, Any]]:
    """File, sheet and row of each planted dirty row in this file."""
    numbers = table[render.DIRT].gather(file.rows)
    return [
        {
            "what": spoilt[number].dirt.what,
            "source": spoilt[number].dirt.source,
            "expected": spoilt[number].dirt.expected,
            "reason": spoilt[number].dirt.reason,
            "file": file.path.name,
            "sheet": file.sheet,
            "row": file.first_line + at,
            "person": spoilt[number].person,
        }
        for at, number in enumerate(numbers)
        if number is not None
    ]


def _report(
    told: list[tuple[str, list[Scenario], list[Verdict]]], made: _Making, spoilt: int
) -> CountyReport:
    verdicts = [v.verdict for _, _, truth in told for v in truth]
    return CountyReport(
        households=made.homes,
        people=made.people,
        scenarios=sum(len(found) for _, found, _ in told),
        planted=verdicts.count("found"),
        near_misses=verdicts.count("near_miss"),
        undetermined=verdicts.count("undetermined"),
        dirty=spoilt,
        files=made.writer.files,
        rows=made.writer.rows,
    )
