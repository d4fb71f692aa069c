"""China's pack: all ways to decide agree; `python -m tests.agreement` asks ten thousand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cypher.guard import judge
from graph_loader.stores.protocol import open_store
from matching.decide import decided_programmes
from matching.verdict import Judge
from matching.view import View
from ontology.to_cypher import to_cypher
from ontology.vocabulary import HOUSEHOLD
from tests.agreement.answers import Compared, asked, columns, compare, project
from tests.agreement.counts import counts, too_easy
from tests.agreement.subjects import CHINA, ON

if TYPE_CHECKING:
    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore
    from tests.agreement.drawn import Drawn

HOUSEHOLDS = 140
SEED = 7
HOME = "330382"
REGIONAL = "assets_within_edge_rule"


@pytest.fixture(scope="module")
def population() -> Drawn:
    return CHINA.drawn(HOUSEHOLDS, SEED)


@pytest.fixture(scope="module")
def embedded(population: Drawn, tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    store = open_store("kglite", tmp_path_factory.mktemp("graph"))
    project(population, store)
    return store


def test_the_population_is_hard(population: Drawn) -> None:
    made = counts(population)
    assert too_easy(made) == []
    assert len(made.statuses) == len(decided_programmes(population.pack))


def test_an_easy_population_is_told(population: Drawn) -> None:
    made = counts(population)
    easy = replace(made, near=0, statuses={"MZ01": Counter({"eligible": 5, "not eligible": 95})})
    assert too_easy(easy) == [
        f"numbers within one step of a boundary: 0 of {made.numbers:,}, wanted 50%",
        "MZ01 undetermined: 0 of 100, wanted 1%",
    ]


def test_the_same_seed_draws_the_same(population: Drawn) -> None:
    again = CHINA.drawn(HOUSEHOLDS, SEED)
    for unit in (HOUSEHOLD, "person"):
        assert again.frames.rows[unit].equals(population.frames.rows[unit])


def test_the_reference_reasons_and_the_embedded_graph_say_what_columns_say(
    population: Drawn, embedded: GraphStore
) -> None:
    found = compare(population, {"kglite": embedded}, step=4)
    assert found.differ == []
    assert found.unsaid == CHINA.unsaid
    assert min(found.rows["kglite"], found.rows["reasons"]) > 40 * HOUSEHOLDS
    assert found.rows["reference"] > 100 * HOUSEHOLDS


def test_neo4j_says_what_columns_say(population: Drawn, neo4j: Server) -> None:
    store = open_store(neo4j.url, neo4j.home, neo4j.access)
    project(population, store)
    found = Compared()
    for programme in decided_programmes(population.pack):
        name = programme.name
        found.compare("neo4j", name, columns(population, name), asked(population, name, store))
    store.close()
    assert found.differ == []
    assert found.rows["neo4j"] >= 4 * HOUSEHOLDS


def test_a_place_alone_is_answered_as_with_everyone(
    population: Drawn, embedded: GraphStore
) -> None:
    within = population.pack.regions.within
    for name, word in population.pack.vocabulary.classes.items():
        table = population.frames.rows[word.unit]
        for region in ("33", HOME):
            inside = [within(code, region) for code in table["region"]]
            expected = dict(table.filter(inside).select("id", name).iter_rows())
            assert asked(population, name, embedded, region) == expected


def test_foreign_questions_may_be_these(population: Drawn) -> None:
    for programme in decided_programmes(population.pack):
        judge(to_cypher(population.pack, programme.id, ON, HOME).text)


def test_reasons_name_no_version_where_the_place_is_unknown(population: Drawn) -> None:
    homes = population.frames.rows[HOUSEHOLD]
    nowhere = homes["region"].is_null().arg_true()
    assert len(nowhere)
    for home in nowhere:
        view = View(population.frames, population.pack.vocabulary, home)
        reasons = Judge(population.pack, view, ON, None)
        assert reasons.programme(REGIONAL, HOUSEHOLD, home) is None
        assert homes[REGIONAL][home] is None
