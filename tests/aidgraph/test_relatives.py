"""A decision on a child names the rows about the parents on which it was decided."""

from pathlib import Path

import polars as pl

from aidgraph.road import Road
from matching.reasons import Criterion, SourceRow
from tests.aidgraph.conftest import settings

STATE = {
    "dead": ("deaths", "death", "death"),
    "sentence of six months or more": ("prison_terms", "prison_term", "judicial"),
    "compulsory detox of six months or more": ("prison_terms", "prison_term", "judicial"),
    "out of contact for six months": ("missing_reports", "missing_report", "judicial"),
    "severely disabled": ("disability_certificates", "disability_certificate", "health"),
}


def parents(tree: Criterion) -> dict[str, Criterion]:
    """What was read of father and mother, wherever it stands."""
    waiting, found = [tree], dict[str, Criterion]()
    while waiting:
        one = waiting.pop()
        waiting += one.parts
        if one.name in ("father_able_to_raise", "mother_able_to_raise"):
            found[one.name] = one
    return found


def test_the_rows_about_the_parents_are_named(home: Path) -> None:
    road = Road(settings(home))
    here = pl.col("programme") == "MZ14"
    children = road.decisions.filter(here, pl.col("status") == "eligible")["id"].to_list()
    people = {row["id"]: row for row in road.population.persons.to_dicts()}
    ids = {row["number"]: row["id"] for row in people.values()}
    seen = set()
    for child in children:
        reasons = road.explain(child, "en", "MZ14").reasons("person", child, "MZ14")
        assert reasons is not None
        assert reasons.tree is not None
        for name, told in parents(reasons.tree).items():
            parent = ids[people[child][name.replace("able_to_raise", "number")]]
            assert told.value is not None
            source, kind, sensitivity = STATE[told.value]
            mine = road.population.records[kind].filter(pl.col("person") == parent)
            stated = {
                SourceRow(source, file, sheet, row, sensitivity)
                for file, sheet, row in mine.select("file", "sheet", "row").rows()
            }
            assert stated
            assert stated <= set(told.records)
            own = {row.source for row in told.records if row.sensitivity is None}
            assert own == {"household_register"}  # who the parents are, and nothing of the child
            seen.add(told.value)
    assert seen == {*STATE}


def test_a_parent_of_whom_nothing_is_known_brings_no_row(home: Path) -> None:
    road = Road(settings(home))
    known = set(road.population.persons["number"])
    alone = road.population.persons.filter(
        pl.col("father_number").is_null() | ~pl.col("father_number").is_in(known),
        pl.col("mother_number").is_null() | ~pl.col("mother_number").is_in(known),
    )
    child = alone["id"].sort()[0]
    reasons = road.explain(child, "en", "MZ14").reasons("person", child, "MZ14")
    assert reasons is not None
    assert reasons.tree is not None
    told = parents(reasons.tree)
    assert told
    assert {row.sensitivity for one in told.values() for row in one.records} <= {None}
