"""Every audit question and every figure on both stores: the same rows in the same order."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from aidgraph.road import Road
from aidgraph.settings import Settings
from api import household_graph
from audit.figures import REGISTRY, measured
from audit.findings import ask, find
from audit.office_figures import OFFICES
from cypher.question import CORE, questions
from demo.county import make
from graph_loader.project import digest, read_watermark
from graph_loader.stores.protocol import open_store
from tests.stores.test_queries import FILES, given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.stores.neo4j_server import Server
    from graph_loader.stores.protocol import GraphStore

ROOT: Final = Path(__file__).parents[2]
PACKS: Final = ROOT / "ontology" / "packs"
QUESTIONS: Final = {
    "china": questions(CORE, PACKS / "china" / "questions"),
    "hmis": questions(PACKS / "hmis" / "questions"),
}
TOWNSHIP: Final = "330382001"
MAY_BE_EMPTY: Final = ("accounts_of_several_households", "kin_who_also_receive")
OF_MANY: Final = (
    "MATCH (h:Household)-[:HAS_MEMBER*0..1]->(u)-[:QUALIFIES_FOR]->() "
    "RETURN h.id AS h, count(*) AS n ORDER BY n DESC, h LIMIT 3"
)
# Nothing of these is planted in the county: they find rows on both stores of a drawn one.
DRAWN: Final = ("higher_of_two_both_paid", "paid_again_though_once", "top_up_not_deducted")
DAYS: Final = {"china": date(2026, 10, 31), "hmis": date(2023, 9, 8)}


@dataclass
class Both:
    """One county in both stores, the second one made from the frames of the first."""

    road: Road
    embedded: GraphStore
    served: GraphStore


def silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


def files_of(pack: str, home: Path) -> list[Path]:
    """The small county, or the sample of an export."""
    if pack == "china":
        make(home, households=150)
        return [home / "files"]
    archive = home / "sample.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted((ROOT / "tests" / "hmis" / "sample").glob("*.csv")):
            zipped.write(file, file.name)
    return [archive]


def travelled(pack: str, home: Path, server: Server) -> Iterator[Both]:
    """The whole road of one pack, projected into each store by the road itself."""
    road = Road(Settings(home=home, pack=PACKS / pack, as_of=DAYS[pack], store="kglite"))
    road.load(files_of(pack, home), silent)
    road.link()
    road.match()
    road.project(silent)
    embedded = road.store
    road.store = open_store(server.url, home, server.access)
    road.project(silent)
    yield Both(road, embedded, road.store)
    road.store.close()
    embedded.close()


@pytest.fixture(scope="module")
def china(tmp_path_factory: pytest.TempPathFactory, neo4j: Server) -> Iterator[Both]:
    yield from travelled("china", tmp_path_factory.mktemp("china"), neo4j)


@pytest.fixture(scope="module")
def hmis(tmp_path_factory: pytest.TempPathFactory, neo4j: Server) -> Iterator[Both]:
    """Asked for only after all tests of the other county: the server has one database."""
    yield from travelled("hmis", tmp_path_factory.mktemp("hmis"), neo4j)


def same_rows(both: Both, name: str) -> None:
    question = both.road.questions[name]
    given = {"as_of": both.road.as_of}
    found = ask(both.served, question, given)
    assert found or name in DRAWN
    assert found == ask(both.embedded, question, given)
    assert found == ask(both.served, question, given)


def same_graph(both: Both) -> None:
    told = read_watermark(both.served)
    assert told == read_watermark(both.embedded)
    assert told["digest"]
    assert digest(both.served) == digest(both.embedded) == told["digest"]


def test_both_stores_hold_the_same_county(china: Both) -> None:
    same_graph(china)


@pytest.mark.parametrize("name", sorted(QUESTIONS["china"]))
def test_a_question_gives_the_same_rows_in_the_same_order(china: Both, name: str) -> None:
    same_rows(china, name)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_query_worth_pasting_gives_the_same_rows(china: Both, name: str) -> None:
    text = FILES[name].read_text(encoding="utf-8")
    asked = "MATCH (h:Household)-[:HAS_MEMBER*0..1]->(u)-[:QUALIFIES_FOR]->() "
    most = china.embedded.read(
        f"{asked} RETURN h.id AS h, count(*) AS n ORDER BY n DESC, h LIMIT 3"
    )
    for row in most:
        parameters = {**given(text), "household": row["h"], "township": TOWNSHIP}
        found = china.served.read(text, parameters)
        assert found == china.embedded.read(text, parameters)
        assert found or name in MAY_BE_EMPTY


def test_findings_are_the_same_findings(china: Both) -> None:
    found = [
        find(store, china.road.questions, {"as_of": china.road.as_of}, china.road.checked)
        for store in (china.served, china.embedded)
    ]
    assert found[0].frame.height > 100
    assert found[0].frame.equals(found[1].frame)


@pytest.mark.parametrize("figure", sorted({**REGISTRY, **OFFICES}))
def test_a_figure_is_the_same_number(china: Both, figure: str) -> None:
    china.road.findings = find(
        china.embedded, china.road.questions, {"as_of": china.road.as_of}, china.road.checked
    )
    facts, told = china.road.figure_facts(), {**REGISTRY, **OFFICES}[figure]
    there, here = (
        measured(told, replace(facts, store=store)) for store in (china.served, china.embedded)
    )
    assert there == here
    assert there.whole.denominator
    assert there.whole.numerator or figure in OFFICES


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, text in vars(household_graph).items()
        if name.isupper() and "MATCH" in str(text)
    ),
)
def test_a_household_has_the_same_neighbourhood(china: Both, name: str) -> None:
    query = getattr(household_graph, name)
    given = {"as_of": china.road.as_of} if "$as_of" in query else {}
    rows = 0
    for row in china.embedded.read("MATCH (h:Household) RETURN h.id AS id ORDER BY id")[::10]:
        found = china.served.read(query, {**given, "household": row["id"]})
        assert found == china.embedded.read(query, {**given, "household": row["id"]})
        rows += len(found)
    assert rows


def test_both_stores_hold_the_same_export(hmis: Both) -> None:
    same_graph(hmis)


@pytest.mark.parametrize("name", sorted(QUESTIONS["hmis"]))
def test_a_question_of_an_export_gives_the_same_rows(hmis: Both, name: str) -> None:
    same_rows(hmis, name)
