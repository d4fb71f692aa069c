"""Who is who where no number helps: a county's mix, in any order of files, and FEBRL4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from demo.unnumbered import LIST, MIX
from graph_loader.lake import Lake
from graph_loader.link import link
from graph_loader.links import linked
from graph_loader.load import load
from matching.decide import decide
from matching.digest import decisions_digest
from matching.explain import explain
from matching.population import Population, population
from ontology.pack import Pack, read_pack
from tests.linking.febrl4 import LEAST as LEAST_OF_FEBRL4
from tests.linking.febrl4 import febrl4
from tests.linking.measured import LEAST, TODAY, Measured, lines, measure

if TYPE_CHECKING:
    from matching.reasons import Criterion

ROWS = 400


@pytest.fixture(scope="module")
def china() -> Pack:
    return read_pack(Path(__file__).parents[2] / "ontology" / "packs" / "china")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("linking")


@pytest.fixture(scope="module")
def measured(home: Path, china: Pack) -> Measured:
    return measure(home, china, households=200, rows=ROWS)


@pytest.fixture(scope="module")
def everyone(home: Path, china: Pack, measured: Measured) -> Population:
    assert measured.report.linked
    return population(Lake(home / "lake"), china, TODAY)


def test_the_mix_is_as_stated_and_every_row_has_no_valid_number(
    home: Path, measured: Measured
) -> None:
    kinds = dict(measured.pairs["what"].value_counts().iter_rows())
    assert {what: kinds[what] * 100 // ROWS for what in MIX} == MIX
    rows = Lake(home / "lake").read("rows_village_services").collect()
    assert rows["person_number"].null_count() == rows.height == measured.pairs.height


def test_rows_without_a_valid_number_find_their_people(measured: Measured) -> None:
    of = measured.scores()
    assert of["f1"] >= LEAST, "\n".join(lines(measured))
    assert of["wrong"] <= 1


@pytest.mark.parametrize("what", ["one_digit_wrong", "no_number", "homophone_or_variant"])
def test_each_kind_of_fault_is_told_by_itself(measured: Measured, what: str) -> None:
    assert measured.scores(what)["f1"] >= LEAST


def test_whoever_nothing_tells_apart_stays_unknown(measured: Measured) -> None:
    doubles = measured.pairs.filter(pl.col("what") == "twins_and_namesakes")
    missed = doubles.filter(pl.col("got").is_null())
    assert set(missed["why"]) == {"tie"}
    strangers = measured.pairs.filter(pl.col("what") == "stranger")
    assert strangers.height == ROWS * 5 // 100
    assert strangers["got"].null_count() >= strangers.height - 1


def test_two_orders_of_files_and_two_sizes_of_batches_give_the_same_decisions(
    home: Path, tmp_path: Path, china: Pack, everyone: Population
) -> None:
    other = Lake(tmp_path / "lake")
    files = sorted((home / "files").iterdir(), reverse=True)
    half = [file.name for file in files].index(LIST) + 1
    for batch in (files[:half], files[half:]):
        load(other, china, batch, today=TODAY)
        link(other, china)
    again = population(other, china, TODAY)
    first, second = (
        decisions_digest(decide(china, people, TODAY).decisions, people.aliases)
        for people in (everyone, again)
    )
    assert first == second
    assert by_number(other) == by_number(Lake(home / "lake"))


def by_number(lake: Lake) -> set[tuple[str, str, str]]:
    """Every link with the number of its person in place of the id."""
    people = lake.read("people").select("person", "id_number").collect()
    both = linked(lake).join(people, on="person")
    return set(both.select("source", "key", "id_number").iter_rows())


def test_what_a_linked_row_states_otherwise_is_a_conflict_with_both_values_and_sources(
    china: Pack, measured: Measured, everyone: Population
) -> None:
    found = everyone.conflicts.filter(item="birth_date").join(
        measured.pairs, left_on="id", right_on="person"
    )
    assert found.height
    for values, origins in found.select("values", "origins").iter_rows():
        assert len(values) == 2
        sources = {origin.split("|")[0] for origin in origins}
        assert sources == {"household_register", "village_services"}
    decided = decide(china, everyone, TODAY)
    doubted = decided.decisions.filter(pl.col("id").is_in(found["id"].implode()), status="conflict")
    person, programme = doubted.select("id", "programme").row(0)
    values = found.filter(id=person)["values"].item()
    told = explain(china, everyone, decided, person, "en").reasons("person", person, programme)
    assert told is not None
    assert told.tree is not None
    (said, *_) = disputed(told.tree)
    assert said.startswith("sources differ: ")
    for words in (*values, "household register", "service lists of villages"):
        assert words in said


def disputed(criterion: Criterion) -> list[str]:
    """What a criterion and those below it say of a birth date."""
    own = [i.value for i in criterion.inputs if i.name == "birth_date" and i.value is not None]
    return own + [said for part in criterion.parts for said in disputed(part)]


def test_febrl4() -> None:
    assert febrl4()["f1"] >= LEAST_OF_FEBRL4
