"""A pack that says everything that the language can: all ways to decide agree on it.

Mutants of the language are tried against its checks: `python -m tests.mutants --by agreement`.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from graph_loader.stores.protocol import open_store
from matching.decide import decided_programmes
from ontology import expression, formula_tree
from ontology.expression import AtLeast, AtMost, Compare, walk
from ontology.plan import plan
from ontology.to_frame import RoleNode
from tests.agreement.answers import Compared, by_graph, project
from tests.agreement.checks import CHECKS
from tests.agreement.counts import counts, too_easy
from tests.agreement.subjects import EVERY, HOUSEHOLDS, SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph_loader.stores.neo4j_server import Server
    from tests.agreement.drawn import Drawn

ON_NEO4J = (
    *("low_income", "edge", "school", "care_for"),
    *("two_weak", "just_two", "only_weak_women", "of_no_rural_home"),
    *("students_listed", "few_students_to_heads", "in_debt_per_student", "by_place"),
)
"""The others only in the long proof: each costs Neo4j a plan."""
REFERENCE = ("numbers", "source", "formulas", "reference")


@pytest.fixture(scope="module")
def population() -> Drawn:
    return EVERY.drawn(HOUSEHOLDS, SEED)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_all_agree(
    check: Callable[[Drawn, Path], list[Any]], population: Drawn, tmp_path: Path
) -> None:
    assert check(population, tmp_path) == []


def test_neo4j_says_what_columns_say(population: Drawn, neo4j: Server) -> None:
    store = open_store(neo4j.url, neo4j.home, neo4j.access)
    project(population, store)
    found = Compared()
    by_graph(population, "neo4j", store, found, ON_NEO4J)
    store.close()
    assert found.differ == []
    assert found.rows["neo4j"] > 2 * len(ON_NEO4J) * HOUSEHOLDS


def test_the_population_is_hard(population: Drawn) -> None:
    made = counts(population)
    assert too_easy(made) == []
    assert len(made.statuses) == len(decided_programmes(population.pack))


def test_the_pack_says_everything_that_the_language_can() -> None:
    said = [v.expression for versions in EVERY.pack.classes.values() for v in versions]
    nodes = [node for each in said for node in walk(each)]
    assert {type(node) for node in nodes} == set(get_args(expression.Expression))
    parts = [
        node
        for formulas in plan(EVERY.pack).formulas.values()
        for formula in formulas
        for node in formula_tree.walk(formula.root)
    ]
    assert {type(node) for node in parts} == set(get_args(formula_tree.Node))
    operators = {node.operator for node in nodes if isinstance(node, Compare)}
    assert operators == set(get_args(expression.Operator))
    compared = {node.operator for node in parts if isinstance(node, formula_tree.Comparison)}
    assert compared == {*operators, "<>"}
    roles = {node.role for node in nodes if isinstance(node, RoleNode)}
    assert roles == {"has_member", "member_of", "has_kin", "has_vehicle", "has_dwelling"}
    assert {n.count for n in nodes if isinstance(n, AtLeast | AtMost)} == {0, 1, 2}


def test_the_reference_shares_no_code_with_what_it_judges() -> None:
    for name in REFERENCE:
        tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
        found = ast.walk(tree)
        asked = [node for node in found if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = {
            f"{node.module}.{each.name}" if isinstance(node, ast.ImportFrom) else each.name
            for node in asked
            for each in node.names
        }
        folders = {module.split(".")[0] for module in modules}
        assert not folders & {"ontology", "matching", "graph_loader", "cypher", "audit", "polars"}
        ours = {module.split(".")[2] for module in modules if module.startswith("tests.")}
        assert ours <= set(REFERENCE)
