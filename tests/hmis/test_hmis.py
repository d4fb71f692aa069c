"""The road from HMIS files to findings, by source and question files alone."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from cypher.question import questions
from graph_loader.facts import facts_of
from graph_loader.frames import graph_frames
from graph_loader.lake import Lake
from graph_loader.link import link
from graph_loader.load import load
from graph_loader.project import digest, project
from graph_loader.stores.protocol import open_store
from matching.population import population
from ontology.pack import check_pack, read_pack

if TYPE_CHECKING:
    from graph_loader.load import LoadReport
    from graph_loader.project import ProjectReport
    from graph_loader.stores.protocol import GraphStore

HERE: Final = Path(__file__).parent
PACK: Final = HERE.parents[1] / "ontology" / "packs" / "hmis"
AS_OF: Final = date(2023, 9, 8)
REAL: Final = os.environ.get("AIDGRAPH_HMIS", "")


@dataclass(frozen=True)
class Road:
    """What came of one archive."""

    loaded: LoadReport
    projected: ProjectReport
    store: GraphStore
    lake: Lake

    def ask(self, name: str) -> list[dict[str, Any]]:
        """The rows of one of the pack's questions."""
        return self.store.read(questions(PACK / "questions")[name].text)


def travel(archive: Path, home: Path) -> Road:
    pack = read_pack(PACK)
    lake = Lake(home / "lake")
    loaded = load(lake, pack, [archive])
    link(lake, pack)
    known = population(lake, pack, AS_OF)
    facts = facts_of(known.frames, known.members, known.records)
    store = open_store("kglite", home / "graph")
    frames = graph_frames(facts, pack, as_of=AS_OF)
    projected = project(store, frames, watermark={"lake_version": lake.version(), "pack": pack.id})
    return Road(loaded, projected, store, lake)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Road:
    home = tmp_path_factory.mktemp("hmis")
    archive = home / "sample.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted((HERE / "sample").glob("*.csv")):
            zipped.write(file, file.name)
    return travel(archive, home)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Road:
    if not REAL:
        pytest.skip("AIDGRAPH_HMIS does not name the real archive")
    return travel(Path(REAL), tmp_path_factory.mktemp("real"))


def test_the_pack_has_no_fault() -> None:
    pack, faults = check_pack(PACK)
    assert faults == []
    assert pack is not None
    assert pack.counts["sources"] == 14
    assert pack.counts["programmes"] == 0


def test_every_row_of_a_described_file_is_accepted(sample: Road) -> None:
    assert (sample.loaded.read, sample.loaded.accepted, sample.loaded.refused) == (35, 35, 0)


def test_each_of_the_24_files_is_read_or_said_to_be_described_by_no_source(sample: Road) -> None:
    sources = {file.source for file in sample.loaded.files if file.status == "loaded"}
    others = [file for file in sample.loaded.files if file.status != "loaded"]
    assert len(sample.loaded.files) == 24
    assert sources == set(read_pack(PACK).sources)
    assert len(others) == 10
    assert all("No source describes it" in file.says for file in others)


def test_the_same_archive_again_brings_nothing(sample: Road, tmp_path: Path) -> None:
    archive = tmp_path / "again.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted((HERE / "sample").glob("*.csv")):
            zipped.write(file, file.name)
    again = load(sample.lake, read_pack(PACK), [archive])
    assert (again.accepted, again.refused, again.new) == (0, 0, 0)


def test_people_and_households_have_ids_of_our_own(sample: Road) -> None:
    found = sample.store.read("MATCH (p:Person) RETURN p.id AS id, p.birth_date AS born")
    assert sorted(str(row["born"]) for row in found) == ["1980-02-29", "2015-06-01", "None"]
    assert not {"a1", "a2", "a3"} & {row["id"] for row in found}
    assert sample.projected.nodes["Household"] == 3


def test_kinds_of_the_pack_become_labels_of_the_graph(sample: Road) -> None:
    found = sample.store.read(
        "MATCH (p:Person)-[:HOLDS]->(d:Disability) "
        "RETURN d.disability_type AS type, d.long_term AS long_term ORDER BY type"
    )
    assert found == [{"type": "mental", "long_term": None}, {"type": "physical", "long_term": True}]
    assert sample.store.read("MATCH (i:Income) RETURN i.income_month AS fen") == [{"fen": 42650}]
    assert sample.store.read("MATCH (p:Project) RETURN count(*) AS n") == [{"n": 2}]


def test_the_graph_holds_what_was_loaded(sample: Road) -> None:
    assert digest(sample.store) == sample.projected.digest


def test_the_same_assistance_twice_on_a_day_is_found(sample: Road) -> None:
    found = sample.ask("same_assistance_same_day")
    by_key = [
        (row["day"].isoformat(), row["type_provided"], row["amount"], row["surplus"], row["money"])
        for row in sorted(found, key=lambda row: str(row["day"]))
    ]
    assert by_key == [
        ("2022-01-05", "1", 50000, 2, 100000),
        ("2022-02-01", "1", 10010, 1, 10010),
        ("2022-03-01", "1", 5000, 1, 5000),
        ("2022-04-01", "1", 7000, 1, 7000),
    ]


def test_payments_to_one_household_on_a_day_are_found_where_the_household_is_known(
    sample: Road,
) -> None:
    found = sample.ask("same_household_same_day")
    by_key = [
        (row["day"].isoformat(), row["surplus"], len(row["persons"]), row["money"])
        for row in sorted(found, key=lambda row: str(row["day"]))
    ]
    assert by_key == [
        ("2022-01-05", 4, 2, 200000),
        ("2022-02-01", 1, 1, 10010),
        ("2022-03-01", 1, 1, 5000),
    ]


@pytest.mark.parametrize(
    ("question", "groups", "surplus"),
    [("same_assistance_same_day", 46, 73), ("same_household_same_day", 211, 383)],
)
def test_the_real_export_gives_what_was_counted_by_hand(
    real: Road, question: str, groups: int, surplus: int
) -> None:
    found = real.ask(question)
    assert (len(found), sum(row["surplus"] for row in found)) == (groups, surplus)
    assert len({(row["unit_id"], *(row[key] for key in keys(question))) for row in found}) == groups


def keys(question: str) -> list[str]:
    return [key for key in questions(PACK / "questions")[question].key if key != "unit_id"]


def test_the_real_export_loses_no_row(real: Road) -> None:
    assert (real.loaded.read, real.loaded.accepted, real.loaded.refused) == (77474, 77474, 0)
    later = 18  # services that the export dates after the day on which it was made
    assert real.projected.nodes["Disbursement"] == 4472 - later
