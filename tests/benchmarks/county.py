"""The county at a size: files, lake, run, graph, findings, each made by the one before.

Each step is a process of its own, so that what it held at most is its own.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from aidgraph.deciding import in_parts
from aidgraph.road import Road
from aidgraph.settings import Settings
from audit.findings import ask
from demo.county import make
from matching.decide import decide
from matching.population import population
from matching.run import save_run
from tests.benchmarks.clock import cost_of, folder_mib, held_mib, peak_mib

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS: Final = 5
WHOLE: Final = 250_000
"""Households that fit into 24 GiB at once; a county of 100,000 has some hundred planted ones more
than the product decides at once where nobody sets it.
"""
EARNINGS: Final = "个人所得_202610"
AS_OF: Final = date(2026, 10, 31)
Told = dict[str, Any]


def road_at(home: Path) -> Road:
    """The installation whose home is a folder; all that goes the whole road is decided at once."""
    os.environ.pop("AIDGRAPH_HOME", None)
    return Road(Settings(home=home, as_of=AS_OF, part=WHOLE))


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
    del step, done, total


def step(name: str, act: Callable[[], object], **more: object) -> Told:
    """One row of a table: what a step cost, and what the process has held at most since."""
    return {"step": name, **asdict(cost_of(act)), "peak_mib": peak_mib(), **more}


def files(home: Path, size: int) -> Told:
    """Departments' files."""
    made: Told = {}
    told = step("files", lambda: made.update(make(home, households=size).to_json()))
    written = {"disk_mib": folder_mib(home / "files")}
    return {"steps": [told], **{k: made[k] for k in ("households", "people", "rows")}, **written}


def lake(home: Path, _: int) -> Told:
    """Files into the lake, people linked."""
    road = road_at(home)
    found: Told = {}

    def load() -> None:
        report = road.load([road.settings.files], quiet)
        found.update(rows=report.read, accepted=report.accepted, refused=report.refused)

    def link() -> None:
        report = road.link()
        found.update(people=report.people, households=report.households)

    steps = [step("load", load), step("link", link)]
    return {"steps": steps, **found, "disk_mib": folder_mib(road.settings.lake)}


def match(home: Path, _: int) -> Told:
    """The population from the lake, everyone decided, the run saved."""
    road, found = road_at(home), Told()

    def people() -> None:
        found["people"] = population(road.lake, road.pack, AS_OF)

    def everyone() -> None:
        found["decided"] = decide(road.pack, found["people"], AS_OF)

    def save() -> None:
        save_run(road.settings.runs, road.pack, found["people"], found["decided"])

    steps = [
        step("read the pack", lambda: road.pack),
        step("population", people),
        step("decide", everyone),
        step("decisions as rows", lambda: found["decided"].decisions),
        step("save the run", save),
    ]
    return {"steps": steps, "decisions": found["decided"].decisions.height}


def graph(home: Path, _: int) -> Told:
    """The graph from lake and run."""
    road = road_at(home)
    ready = step("population and decisions, again", lambda: road.decided.decisions)
    found: Told = {}

    def project() -> None:
        report = road.project(quiet)
        found.update(nodes=sum(report.nodes.values()), edges=sum(report.edges.values()))

    steps = [ready, step("project", project)]
    disk = folder_mib(road.settings.graph)
    return {"steps": steps, **found, "people": road.population.persons.height, "disk_mib": disk}


def questions(home: Path, _: int) -> Told:
    """Every audit question of the graph, asked in a process that holds nothing else.

    Raises:
        FileNotFoundError: where no graph was made yet.
    """
    road = road_at(home)
    if not road.settings.graph.exists():
        raise FileNotFoundError(f"No graph in {home}: measure `graph` first.")
    store, before = road.store, held_mib()  # with the engine's own code, without a graph
    steps = [step("open the graph", lambda: store.read("MATCH (p:Person) RETURN count(p)"))]
    people = road.store.read("MATCH (p:Person) RETURN count(p) AS n")[0]["n"]
    paid = road.store.read("MATCH (p:Disbursement) RETURN count(p) AS n")[0]["n"]
    for name, question in sorted(road.questions.items()):
        act = partial(ask, road.store, question, {"as_of": AS_OF})
        steps.append(step(name, act, finds=question.finds))
    held = held_mib() - before
    return {"steps": steps, "people": people, "payments": paid, "held_mib": held}


def audit(home: Path, _: int) -> Told:
    """All questions to findings, as the report has them, and these into the records."""
    road = road_at(home)
    ready = step("graph and population, again", lambda: (road.store, road.checked))
    steps = [ready, step("all questions to findings", lambda: road.findings)]
    steps.append(step("findings into the records", road.audit))
    return {"steps": steps, "findings": road.findings.frame.height}


def parts(home: Path, _: int) -> Told:
    """The same decided and saved in parts, of which one at a time is in memory."""
    road, found = road_at(home), Told()
    whole, pack = road.run, road.pack
    households = road.lake.read("households").select(pl.len()).collect().item()
    settings = road.settings.model_copy(update={"part": households // PARTS})

    def decide_parts() -> None:
        told = in_parts((road.lake, AS_OF), pack, settings, lambda *at: found.update(of=at[-1]))
        found["same"] = told.digest == whole.digest

    return {"steps": [step("decide in parts", decide_parts)], **found}


def anew(home: Path, _: int) -> Told:
    """One amount of one file changed: loaded, linked, decided, projected and asked again."""
    file = min((home / "files").glob(f"{EARNINGS}*"))
    again = home / "again" / file.name
    again.parent.mkdir(exist_ok=True)
    lines = file.read_bytes().decode("gb18030").splitlines()
    road, found = road_at(home), Told()
    amount = f"{road.lake.version()}.00"  # another one each time
    lines[5] = ",".join([*lines[5].split(",")[:-1], amount])
    again.write_bytes("\n".join([*lines, ""]).encode("gb18030"))

    def project() -> None:
        report = road.project(quiet)
        found.update(changed=report.changed and sum(report.changed.values()))

    steps = [
        step("load the file again", lambda: road.load([again.parent], quiet)),
        step("link", road.link),
        step("decide anew and save", road.match),
        step("project what changed", project),
        step("ask again", road.audit),
    ]
    told = road.anew
    return {
        "steps": steps,
        **found,
        "rows": told.rows,
        "households": told.households,
        "of": told.of,
    }


def made(home: Path, size: int) -> Told:
    """Departments' files of a county of any size, made to be measured and removed."""
    try:
        return files(home, size)
    finally:
        shutil.rmtree(home)


STEPS: Final[dict[str, Callable[[Path, int], Told]]] = {
    "files": files,
    "lake": lake,
    "match": match,
    "parts": parts,
    "graph": graph,
    "questions": questions,
    "audit": audit,
    "anew": anew,
}
MADE: Final = {"files": "files", "lake": "lake", "match": "runs", "graph": "graph"}
"""The folder that a step fills."""


def measure(name: str, home: Path, size: int) -> Told:
    """One step, after those that it rests on; it makes anew what the next needs."""
    home.mkdir(parents=True, exist_ok=True)
    if name in MADE:
        shutil.rmtree(home / MADE[name], ignore_errors=True)
    return STEPS[name](home, size)
