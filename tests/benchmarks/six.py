"""The six programmes decided by the pack `workload`, beside its peers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from ontology.evaluate import evaluate
from ontology.pack import read_pack
from ontology.to_frame import Frames, Role
from tests.benchmarks import workload
from tests.benchmarks.clock import Cost, Watch, cost_of, median, peak_mib
from tests.benchmarks.peers import PEERS, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.benchmarks.workload import Flags, World

PACK: Final = Path(__file__).parent / "workload"
AS_OF: Final = date(2026, 10, 31)
OURS: Final = ("aidgraph", "aidgraph with blanks")
BLANK: Final = 0.2
MONEY: Final = ("income", "own_pay", "assets")
FEN: Final = 100


def frames(world: World, unknown: Mapping[str, Flags] | None = None) -> Frames:
    """The world as a population; unknown facts are null."""
    tables = {}
    for unit, columns in (("household", world.households), ("person", world.persons)):
        table = {name: column(name, values, unknown) for name, values in columns.items()}
        height = len(next(iter(columns.values())))
        named = workload.OF_HOUSEHOLDS if unit == "household" else workload.OF_PERSONS
        rolls = {f"enrolled_{name.upper()}": pl.lit(value=False) for name in named}
        tables[unit] = pl.DataFrame({"id": np.arange(height), **table}).with_columns(
            region=pl.lit(""), roster_closed=pl.lit(value=True), **rolls
        )
    role = Role("household", "person", world.home.astype(np.int64), "roster_closed")
    return Frames(tables, {"has_member": role})


def column(name: str, values: Any, unknown: Mapping[str, Flags] | None) -> pl.Series:  # noqa: ANN401
    """A column as the matcher holds it: money in hundredths."""
    scale = FEN if name in MONEY else 1
    whole = values if values.dtype == np.bool_ else np.round(values * scale).astype(np.int64)
    made = pl.Series(name, whole)
    return made if unknown is None else made.set(pl.Series(unknown[name]), None)


def by_aidgraph(world: World, times: int, unknown: Mapping[str, Flags] | None = None) -> Answer:
    """The pack over columns: three-valued and exact."""
    pack, handed = read_pack(PACK), Watch()
    with handed.running():
        people = frames(world, unknown)
        assert people.groups, people.places  # OpenFisca is handed who lives where, too
    found: dict[str, Frames] = {}

    def decide() -> None:
        found["made"] = evaluate(pack, people, AS_OF)

    costs = [cost_of(decide) for _ in range(times)]
    counts: workload.Counts = {}
    for unit, names in (
        ("household", workload.OF_HOUSEHOLDS),
        ("person", workload.OF_PERSONS),
    ):
        table = found["made"].rows[unit]
        counts |= {n: (int(table[n].sum()), int((~table[n]).sum())) for n in names}
    return Answer(counts, handed.cost, costs)


def measure(engine: str, households: int, times: int = 5) -> dict[str, Any]:
    """One engine on the workload: what it costs, and whether it says what numpy says."""
    world = workload.draw(households)
    expected = workload.counted(workload.answers(world))
    if engine == "aidgraph":
        answer = by_aidgraph(world, times)
    elif engine == "aidgraph with blanks":
        unknown = workload.blanks(world, BLANK)
        expected = workload.answers_with_blanks(world, unknown)
        answer = by_aidgraph(world, times, unknown)
    else:
        answer = PEERS[engine][1](world, times)
    return told(engine, world, answer, agrees=answer.counts == expected)


def told(engine: str, world: World, answer: Answer, *, agrees: bool) -> dict[str, Any]:
    """The numbers of one engine."""
    cost: Cost = median(answer.decided)
    return {
        "engine": engine,
        "households": len(world.households["car"]),
        "persons": len(world.home),
        "decisions": world.decisions,
        "handed_cpu": answer.handed.cpu,
        "wall": cost.wall,
        "cpu": cost.cpu,
        "per_cpu_second": world.decisions / max(cost.cpu, 1e-6),
        "per_second": world.decisions / max(cost.wall, 1e-6),
        "peak_mib": peak_mib(),
        "agrees": agrees,
        "counts": answer.counts,
    }
