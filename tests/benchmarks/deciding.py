"""The china pack on a population already in memory: indicators, statuses, missing facts, what-if.

A size whose files were not made is the largest one that was, repeated: the same families again
under other ids, so that sizes beyond the memory of the whole road can be decided.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from matching.decide import decide_frames, decided_programmes, unknown_facts
from matching.statuses import UNDETERMINED
from matching.what_if import what_if
from ontology import evaluate as evaluation
from ontology.to_frame import Frames, Role
from tests.benchmarks.clock import Cost, cost_of, median, peak_mib, watched
from tests.benchmarks.county import AS_OF, road_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matching.decide import Decided
    from ontology.pack import Pack

TIMES: Final = 3
BLANK: Final = 0.02
PLACES: Final = ("origin", "file", "sheet", "row", "number", "name", "department", "source")
WHAT_IF: Final = {"db": Decimal(1200)}


def population_of(home: Path, size: int) -> tuple[Pack, Frames, int]:
    """The county at home, repeated until it has so many households; and how often that was."""
    road = road_at(home)
    frames = road.population.frames
    times = max(round(size / frames.rows["household"].height), 1)
    return road.pack, repeated(lean(frames), times), times


def lean(frames: Frames) -> Frames:
    """Without what no rule reads: places in files, names, numbers."""
    rows = {
        unit: table.drop([c for c in PLACES if c in table.columns])
        for unit, table in frames.rows.items()
        if not unit.startswith("said")
    }
    roles = {name: role for name, role in frames.roles.items() if role.to in rows}
    return Frames(rows, roles)


def repeated(frames: Frames, times: int) -> Frames:
    """Everyone so many times, each time with ids of its own."""
    if times == 1:
        return frames
    rows = {
        unit: pl.concat([renamed(table, turn) for turn in range(times)], rechunk=True)
        for unit, table in frames.rows.items()
    }
    roles = {}
    for name, role in frames.roles.items():
        step = np.repeat(np.arange(times) * frames.rows[role.unit].height, len(role.owner))
        owner = np.tile(role.owner, times)
        moved = np.where(owner >= 0, owner + step, -1)
        roles[name] = Role(role.unit, role.to, moved, role.closed)
    return Frames(rows, roles)


def renamed(table: pl.DataFrame, turn: int) -> pl.DataFrame:
    """The table with ids that no other turn has."""
    names = [name for name in ("id", "household", "person") if name in table.columns]
    text = [name for name in names if table[name].dtype == pl.String]
    return table.with_columns(pl.concat_str(pl.lit(f"{turn}."), name).alias(name) for name in text)


def blanked(frames: Frames, share: float) -> Frames:
    """Some persons without each of their facts, some lists of records not known to be whole."""
    rng = np.random.default_rng(3)
    rows = dict(frames.rows)
    for unit in ("household", "person"):
        table = rows[unit]
        facts = sorted(set(table.columns) - {"id", "household", "region", "relation"})
        columns = []
        for name in facts:
            gone = pl.Series(rng.random(table.height) < share)
            value = False if name.endswith(("_complete", "_closed")) else None
            columns.append(table[name].set(gone, value))
        rows[unit] = table.with_columns(columns)
    return Frames(rows, frames.roles)


def measure(home: Path, size: int, *, blanks: bool = False) -> dict[str, Any]:
    """Indicators, statuses and missing facts, each the median of some runs."""
    pack, frames, times = population_of(home, size)
    frames = blanked(frames, BLANK) if blanks else frames
    found: dict[str, Any] = {}
    runs = [once(pack, frames, found) for _ in range(TIMES)]
    told = {
        "programmes": len(decided_programmes(pack)),
        "sources": len(pack.sources),
        "households": frames.rows["household"].height,
        "persons": frames.rows["person"].height,
        "records": sum(frames.rows[kind].height for kind in pack.kinds if kind in frames.rows),
        "repeated": times,
        "undetermined": undetermined(found["decided"]),
        "missing": found["missing"].height,
        "first_wall": sum((run["indicators"] + run["decide"]).wall for run in runs[:1]),
    }
    steps = [
        {"step": name, "wall": cost.wall, "cpu": cost.cpu}
        for name in runs[0]
        for cost in [median([run[name] for run in runs])]
    ]
    return {**told, "steps": steps, "peak_mib": peak_mib()}


def once(pack: Pack, frames: Frames, found: dict[str, Any]) -> dict[str, Cost]:
    """One round. Classes belong to deciding, all else that evaluating does to the indicators.

    A fresh population has not yet sorted whose rows are whose; a what-if finds that done, and all
    that was decided.
    """
    fresh = Frames(frames.rows, frames.roles)

    def evaluate() -> None:
        found["frames"] = evaluation.evaluate(pack, fresh, AS_OF)

    with watched(evaluation, "classes") as classes:
        whole = cost_of(evaluate)
    settle = cost_of(kept(found, "decided", lambda: decide_frames(pack, found["frames"], AS_OF)))
    lacks = cost_of(kept(found, "missing", lambda: unknown_facts(pack, found["frames"])))
    again = cost_of(lambda: what_if(found["decided"], WHAT_IF))
    return {
        "indicators": whole - classes.cost,
        "decide": classes.cost + settle,
        "missing": lacks,
        "what-if": again,
    }


def kept(found: dict[str, Any], name: str, act: Callable[[], object]) -> Callable[[], None]:
    """The act, its result noted by a name."""

    def noted() -> None:
        found[name] = act()

    return noted


def undetermined(decided: Decided) -> Mapping[str, int]:
    """How many wait for a fact, by programme."""
    return {
        name: int((outcome.status == UNDETERMINED).sum())
        for name, outcome in decided.outcomes.items()
    }
