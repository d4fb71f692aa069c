"""Make the county: draw the ordinary, plant the scenarios, spoil some rows, write it all."""

from __future__ import annotations

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
from demo.identity import id_numbers
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
    and how many rows of it were just written. The same arguments give the same bytes.
    """
    tables = [*scenario_pairs(SHIPPED), *(scenarios or [])]
    told = [(str(at), *read_scenarios(*pair)) for at, pair in enumerate(tables)]
    family = planted.plant((table, s) for table, found, _ in told for s in found)
    rng = np.random.default_rng(seed)
    people, records = _everyone(rng, family, households)
    spoilt = dirty.choose(rng, records, people)
    people = dirty.rename(people, spoilt)
    records = fill(records, people)
    records["application_steps"] = steps(records["applications"])
    written, places = _write(home / "files", records, people, spoilt, progress)
    write_truth(home / "truth", told, family, people, places)
    return _report(told, people, spoilt, written)


def _everyone(
    rng: np.random.Generator, family: planted.Planted, households: int
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Planted people first, then drawn ones, numbered on; and every source's rows of both."""
    population = draw(rng, households)
    economy = suffer(rng, settle(rng, population))
    drawn = background.records(rng, population, economy) | assistance.receive(rng, economy)
    drawn |= registers(rng, economy) | health(rng, economy)
    told = planted.frames(family)
    first, first_home = len(family.people), len(family.homes)
    shift = {"person": first, "household": first_home}
    records = {}
    for source in filter(told.__contains__, render.layouts()):
        if source in drawn:
            moved = drawn[source].with_columns(
                pl.col(c) + shift.get(c, first) for c in NUMBERED if c in drawn[source].columns
            )
            told[source] = pl.concat([told[source], moved])
        records[source] = told[source]
    return _people(rng, family, economy.persons, population.households), records


def _people(
    rng: np.random.Generator,
    family: planted.Planted,
    drawn: pl.DataFrame,
    homes: pl.DataFrame,
) -> pl.DataFrame:
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
    people = pl.concat([own, rest]).with_row_index("person").cast({"person": pl.Int64})
    here = pl.concat([pl.Series([h["township"] for h in family.homes]), homes["township"]])
    serial = people["household"].cast(pl.String).str.zfill(7)
    return people.with_columns(
        id_number=id_numbers(people["birth"], people["female"].to_numpy()),
        household_number=here.gather(people["household"]) + serial,
    )


def _write(
    folder: Path,
    records: dict[str, pl.DataFrame],
    people: pl.DataFrame,
    spoilt: list[dirty.Spoilt],
    progress: Callable[[str, int], None] | None,
) -> tuple[tuple[int, int], list[dict[str, Any]]]:
    """Render and write every source; (files, rows) and where each planted dirty row stands."""
    folder.mkdir(parents=True, exist_ok=True)
    count = rows = 0
    places: list[dict[str, Any]] = []
    for source, layout in render.layouts().items():
        for old in files.of_source(layout, folder):
            old.unlink()
        table = render.render(layout, records[source], people)
        table = dirty.spoil(source, layout, table, spoilt)

        def done(written: int, source: str = source) -> None:
            if progress is not None:
                progress(source, written)

        for file in files.write(layout, table, folder, done):
            count += 1
            rows += len(file.rows)
            places += _places(file, table, spoilt)
    return (count, rows), places


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
    told: list[tuple[str, list[Scenario], list[Verdict]]],
    people: pl.DataFrame,
    spoilt: list[dirty.Spoilt],
    written: tuple[int, int],
) -> CountyReport:
    verdicts = [v.verdict for _, _, truth in told for v in truth]
    return CountyReport(
        households=people["household"].n_unique(),
        people=len(people),
        scenarios=sum(len(found) for _, found, _ in told),
        planted=verdicts.count("found"),
        near_misses=verdicts.count("near_miss"),
        undetermined=verdicts.count("undetermined"),
        dirty=len(spoilt),
        files=written[0],
        rows=written[1],
    )
