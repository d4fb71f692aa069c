"""The six programmes in other engines: each is handed columns and gives counts.

OpenFisca and DuckDB come with the `bench` extra; without it they are not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.benchmarks import workload
from tests.benchmarks.clock import Cost, Watch, cost_of
from tests.benchmarks.workload import Counts, World, counted

if TYPE_CHECKING:
    from collections.abc import Callable

MONTH: Final = "2026-10"


@dataclass
class Answer:
    """What an engine said, and what it cost: once to hand the facts in, each time to decide."""

    counts: Counts
    handed: Cost
    decided: list[Cost] = field(default_factory=list)


def by_numpy(world: World, times: int) -> Answer:
    """Plain columns, two-valued."""
    made: dict[str, Any] = {}
    costs = [cost_of(lambda: made.update(workload.answers(world))) for _ in range(times)]
    return Answer(counted(made), Cost(0.0, 0.0), costs)


HOMES: Final = """
CREATE OR REPLACE TABLE decided_homes AS
SELECT number, dibao, NOT dibao AND income < 1102.5 AND assets <= 26460 AND NOT car AS margin
FROM (SELECT *, income < 735 AND assets <= 17640 AND NOT car AS dibao
      FROM (SELECT h.*, round(s.total / s.heads, 2) AS income FROM homes h
            JOIN (SELECT home, sum(income) AS total, count(*) AS heads FROM people GROUP BY home) s
            ON s.home = h.number))
"""
PEOPLE: Final = """
CREATE OR REPLACE TABLE decided_people AS
SELECT p.grade BETWEEN 1 AND 2 AS nursing, p.grade >= 1 AND h.dibao AS living,
       p.own_pay >= 10000 AND (h.dibao OR h.margin) AS medical,
       p.age >= 60 AND p.no_support AND p.income = 0 AND NOT h.dibao AS tekun
FROM people p JOIN decided_homes h ON h.number = p.home
"""


def by_duckdb(world: World, times: int) -> Answer:
    """SQL over tables in memory."""
    base = import_module("duckdb").connect()
    frames = {"homes": dict(world.households), "people": {"home": world.home, **world.persons}}
    frames["homes"]["number"] = np.arange(len(world.households["car"]))
    handed = Watch()
    with handed.running():
        polars = import_module("polars")
        for name, columns in frames.items():
            base.register("given", polars.DataFrame(columns).to_arrow())
            base.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608

    def decide() -> None:
        base.execute(HOMES)
        base.execute(PEOPLE)

    costs = [cost_of(decide) for _ in range(times)]
    counts: Counts = {}
    for table, names in (("homes", workload.OF_HOUSEHOLDS), ("people", workload.OF_PERSONS)):
        asked = ", ".join(f"count_if({n}), count_if(NOT {n})" for n in names)
        row = base.execute(f"SELECT {asked} FROM decided_{table}").fetchone()  # noqa: S608
        counts |= {n: (int(row[2 * i]), int(row[2 * i + 1])) for i, n in enumerate(names)}
    return Answer(counts, handed.cost, costs)


def by_openfisca(world: World, times: int) -> Answer:
    """A tax-benefit system built in code; each time a new simulation, for it remembers answers."""
    system = openfisca_system()
    names = (*workload.OF_HOUSEHOLDS, *workload.OF_PERSONS)
    answer = Answer({}, Cost(0.0, 0.0))
    for _ in range(times):
        handed = Watch()
        with handed.running():
            simulation = openfisca_simulation(system, world)
        asked = Watch()
        with asked.running():
            found = {name: simulation.calculate(name, MONTH) for name in names}
        answer.decided.append(asked.cost)
        answer.handed, answer.counts = handed.cost, counted(found)
    return answer


def openfisca_simulation(system: Any, world: World) -> Any:  # noqa: ANN401 - carries no types
    """The people and their homes, as OpenFisca wants them."""
    builder = import_module("openfisca_core.simulation_builder").SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(world.home)))
    homes = builder.declare_entity("household", np.arange(len(world.households["car"])))
    builder.join_with_persons(homes, world.home, roles=np.repeat("member", len(world.home)))
    made = builder.build(system)
    for name, column in (*world.persons.items(), *world.households.items()):
        made.set_input(name, MONTH, column)
    return made


def openfisca_system() -> Any:  # noqa: ANN401 - OpenFisca carries no types
    """The entities, the facts and the six formulas."""
    entity = import_module("openfisca_core.entities").build_entity
    person = entity(key="person", plural="persons", label="person", is_person=True)
    member = {"key": "member", "plural": "members", "label": "member"}
    household = entity(key="household", plural="households", label="household", roles=[member])
    system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([person, household])
    facts = {"age": int, "grade": int, "income": float, "own_pay": float, "no_support": bool}
    for name, kind in facts.items():
        system.add_variable(variable(name, person, kind))
    for name, kind in {"assets": float, "car": bool}.items():
        system.add_variable(variable(name, household, kind))
    system.add_variable(variable("income_per_head", household, float, per_head))
    for name, formula in HOUSEHOLD_FORMULAS.items():
        system.add_variable(variable(name, household, bool, formula))
    for name, formula in PERSON_FORMULAS.items():
        system.add_variable(variable(name, person, bool, formula))
    return system


def variable(name: str, entity: object, kind: type, formula: object = None) -> type:
    """One variable of OpenFisca: a fact, or what a formula gives."""
    base = import_module("openfisca_core.variables").Variable
    about: dict[str, Any] = {
        "value_type": kind,
        "entity": entity,
        "definition_period": import_module("openfisca_core.periods").MONTH,
        "label": name,
    }
    return type(name, (base,), {**about, "formula": formula} if formula else about)


def per_head(h: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    total = h.sum(h.members("income", month)).astype("f8")
    return np.round(total / h.nb_persons(), 2)


def minimum(h: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    poor = (h("income_per_head", month) < workload.LINE) * (h("assets", month) <= workload.ASSETS)
    return poor * np.logical_not(h("car", month))


def edge(h: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    near = (h("income_per_head", month) < workload.EDGE) * (
        h("assets", month) <= workload.EDGE_ASSETS
    )
    return np.logical_not(h("dibao", month)) * near * np.logical_not(h("car", month))


def nursing(p: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    return (p("grade", month) >= 1) * (p("grade", month) <= 2)


def living(p: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    return (p("grade", month) >= 1) * p.household("dibao", month)


def medical(p: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    poor = p.household("dibao", month) + p.household("margin", month)
    return (p("own_pay", month) >= workload.COSTLY) * poor


def hardship(p: Any, month: Any, _: Any) -> Any:  # noqa: ANN401
    alone = (p("age", month) >= 60) * p("no_support", month) * (p("income", month) == 0)
    return alone * np.logical_not(p.household("dibao", month))


HOUSEHOLD_FORMULAS: Final[dict[str, Callable[..., Any]]] = {"dibao": minimum, "margin": edge}
PERSON_FORMULAS: Final[dict[str, Callable[..., Any]]] = {
    "nursing": nursing,
    "living": living,
    "medical": medical,
    "tekun": hardship,
}
PEERS: Final[dict[str, tuple[str, Callable[[World, int], Answer]]]] = {
    "numpy": ("numpy", by_numpy),
    "duckdb": ("duckdb", by_duckdb),
    "openfisca": ("openfisca_core", by_openfisca),
}


def present() -> list[str]:
    """The peers whose packages are installed."""
    return [name for name, (package, _) in PEERS.items() if find_spec(package)]
