"""Whom a change of facts touches is decided anew, and the run is the one that all of it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_loader.changes import Change, change
from matching.anew import Anew, anew, run_before
from matching.decide import decide
from matching.population import population
from matching.run import Run, run_table, save_pieces, save_run, write_run
from tests.matching.drawn import AS_OF, FakeLake, member, whole
from tests.matching.test_parts import (
    HEALTH,
    HOME,
    KIN_PACK,
    PERSON,
    ROLL,
    SAYS,
    TAX,
    counties,
    rows,
    street,
)

MANY = 1000
TABLES = ("decisions", "missing", "conflicts", "leaves")


@dataclass
class Version(FakeLake):
    """A version of a lake in memory, which knows the version before it."""

    number: int = 1
    before: "Version | None" = field(default=None, repr=False)

    def version(self) -> int:
        return self.number

    def at(self, version: int) -> "Version":
        found = self if version == self.number else self.before
        assert found is not None
        return found

    def change(self, table: str, since: FakeLake) -> Change:
        return change(since.read(table).collect(), self.read(table).collect())


def version(lake: FakeLake) -> Version:
    return Version(dict(lake.tables), {unit: list(ids) for unit, ids in lake.linked.items()})


def later(lake: Version) -> Version:
    """The next version, of the same facts so far."""
    return replace(version(lake), number=2, before=lake)


def everyone(home: Path, lake: Version) -> Run:
    """The run that decides everyone."""
    people = population(lake, KIN_PACK, AS_OF)
    return save_run(home, KIN_PACK, people, decide(KIN_PACK, people, AS_OF))


def only_changed(home: Path, lake: Version) -> tuple[Run, Anew]:
    """The run that takes over from the one before whatever no change touches."""
    before = run_before(home, KIN_PACK, (lake.version(), AS_OF))
    assert isinstance(before, Run)
    found = anew(lake, KIN_PACK, before, MANY)
    assert isinstance(found, Anew)
    pieces = found.pieces(home, KIN_PACK)
    return save_pieces(home, KIN_PACK, (lake.version(), AS_OF), pieces), found


def kept(home: Path, run: Run) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows([run_table(home, run, name)]) for name in TABLES}


def both_ways(lake: Version) -> tuple[Anew, dict[str, list[tuple[Any, ...]]]]:
    """What is decided anew, and the run's tables, which are those of deciding everyone."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        before = everyone(Path(one), lake.at(1))
        run, found = only_changed(Path(one), lake)
        expected = everyone(Path(other), lake)
        assert found.before == before
        assert run == expected
        tables = kept(Path(one), run)
        assert tables == kept(Path(other), expected)
        return found, tables


def homes(found: Anew) -> list[str]:
    """The households that are decided anew."""
    return found.part.mine(found.part.population.households)["id"].sort().to_list()


def villages(families: int = 6) -> Version:
    """Families without ties, each of one person with an income."""
    lake = FakeLake()
    for n in range(families):
        lake.states("register", member(f"{n}", f"{n}", birth_date=date(1980, 1, 1), _key=f"m{n}"))
        lake.states("tax", {"person_number": f"{n}", "income": 300_000, "_key": f"t{n}"})
    return version(whole(lake))


def eligible(tables: dict[str, list[tuple[Any, ...]]], programme: str = "F1") -> set[str]:
    return {row[1] for row in tables["decisions"] if row[3:5] == (programme, "eligible")}


def test_one_changed_income_decides_its_household_alone() -> None:
    lake = later(villages())
    lake.states("tax", {"person_number": "3", "income": 50_000, "_key": "t3"}, load=2)
    found, tables = both_ways(lake)
    assert homes(found) == ["h3"]
    assert (found.told.rows, found.told.households, found.told.of) == (1, 1, 6)
    assert eligible(tables) == {"h3"}


def test_nothing_changed_decides_nobody() -> None:
    found, _ = both_ways(later(villages()))
    assert (homes(found), found.told.rows) == ([], 0)


def test_relatives_are_decided_anew_as_far_as_formulas_read() -> None:
    lake = later(version(street(9)))
    lake.states("tax", {"person_number": "8", "income": 7, "_key": "t8"}, load=2)
    found, _ = both_ways(lake)
    assert "h8" in homes(found)
    assert {"h0", "h1"}.isdisjoint(homes(found))


def test_who_moves_is_decided_with_the_old_home_and_the_new() -> None:
    lake = later(villages())
    lake.states("register", member("2", "5", since=date(2026, 5, 1), _key="m2"), load=2)
    found, _ = both_ways(lake)
    assert homes(found) == ["h5"]
    assert {"h2", "h5", "p2", "p5"} <= set(found.ids)


def test_who_becomes_known_is_decided_with_those_who_named_the_number() -> None:
    before = version(whole(FakeLake().states("register", member("a", "1", father_number="b"))))
    before.states("register", member("c", "3", _key="c"))
    lake = later(before).states("register", member("b", "2", _key="b"), load=2)
    assert isinstance(lake, Version)
    found, _ = both_ways(lake)
    assert homes(found) == ["h1", "h2"]


def test_a_withdrawn_row_is_no_longer_decided_on() -> None:
    lake = later(villages())
    gone = {"person_number": "3", "income": 300_000, "_key": "t3", "_gone": True}
    found, tables = both_ways(_states(lake, "tax", gone))
    assert homes(found) == ["h3"]
    assert {row[4] for row in tables["missing"] if row[1] == "h3"}


def _states(lake: Version, source: str, *stated: dict[str, Any]) -> Version:
    lake.states(source, *stated, load=3)
    return lake


def test_another_whole_is_for_everyone() -> None:
    lake = later(villages())
    lake.complete("tax", "person", "34")
    with TemporaryDirectory() as folder:
        before = everyone(Path(folder), lake.at(1))
    assert anew(lake, KIN_PACK, before, MANY) == "what sources declare to be whole changed"


def test_more_than_a_few_are_no_few(tmp_path: Path) -> None:
    lake = later(villages())
    lake.states("tax", {"person_number": "3", "income": 50_000, "_key": "t3"}, load=2)
    assert anew(lake, KIN_PACK, everyone(tmp_path, lake.at(1)), 1) == (
        "1 changed rows touch more than a few"
    )


AGAIN: dict[str, Callable[[Run], Run]] = {
    "the policies changed": lambda run: replace(run, pack_digest="other"),
    "another release decided before": lambda run: replace(run, code_version="0"),
    "the last run is of 2026-09-30": lambda run: replace(run, as_of=date(2026, 9, 30)),
    "no facts have come since": lambda run: replace(run, lake_version=2),
}


@pytest.mark.parametrize("why", AGAIN)
def test_a_run_made_of_something_else_is_not_taken_over(why: str, tmp_path: Path) -> None:
    run = everyone(tmp_path, villages())
    write_run(tmp_path, AGAIN[why](run), {})
    assert run_before(tmp_path, KIN_PACK, (2, AS_OF)) == why


def test_nothing_decided_before_is_said(tmp_path: Path) -> None:
    assert run_before(tmp_path, KIN_PACK, (2, AS_OF)) == "nothing was decided before"


@pytest.mark.parametrize("table", TABLES)
def test_a_damaged_run_is_not_taken_over(table: str, tmp_path: Path) -> None:
    run = everyone(tmp_path, villages())
    assert run_before(tmp_path, KIN_PACK, (2, AS_OF)) == run
    (tmp_path / run.id / f"{table}.parquet").write_bytes(b"PAR1")
    assert run_before(tmp_path, KIN_PACK, (2, AS_OF)) == f"run {run.id} is damaged"


def change_of(name: str, said: st.SearchStrategy[dict[str, Any]]) -> Any:  # noqa: ANN401
    """Rows of a source that a later load brings: new ones, changed ones, withdrawn ones."""
    key = st.sampled_from(["0", "1", "2", "1.0", "new"])
    row = st.tuples(said, key, st.booleans()).map(
        lambda drawn: (
            {**member("x", "x"), **drawn[0]} | {"_key": drawn[1], "_gone": drawn[2]}
            if name == "register"
            else drawn[0] | {"_key": drawn[1]}
        )
    )
    return st.lists(row, min_size=1, max_size=2).map(
        lambda stated: lambda lake: lake.states(name, *stated, load=3)
    )


def joined(one: str, other: str) -> Callable[[FakeLake], object]:
    """Two numbers that turn out to be one person's."""

    def changed(lake: FakeLake) -> None:
        who = pl.when(pl.col("id_number") == other).then(pl.lit(f"p{one}")).otherwise("person")
        lake.tables["people"] = lake.tables["people"].with_columns(person=who)

    return changed


def linked(person: str, key: str) -> Callable[[FakeLake], object]:
    """A row of the tax office that is found to be somebody's."""

    def changed(lake: FakeLake) -> None:
        record = {"source": "tax", "key": key, "person": f"p{person}", "version": 2}
        lake.tables["links"] = pl.DataFrame([{**record, "why": "likeness"}])

    return changed


CHANGES: Any = st.one_of(
    change_of("register", SAYS),
    change_of("tax", TAX),
    change_of("health", HEALTH),
    change_of("rolls", ROLL),
    st.builds(joined, PERSON, PERSON),
    st.builds(linked, PERSON, st.sampled_from(["1.0", "1.1"])),
    PERSON.map(lambda person: lambda lake: lake.gap("tax", f"p{person}")),
    st.tuples(PERSON, HOME).map(
        lambda who: (
            lambda lake: lake.states(
                "register", member(who[0], who[1], until=date(2026, 1, 1), _key="9"), load=3
            )
        )
    ),
)


def after(county: FakeLake, changes: list[Callable[[FakeLake], object]]) -> Version:
    """A county, and what some changes make of it."""
    lake = later(version(county))
    for changed in changes:
        changed(lake)
    return lake


LATER: Any = st.builds(after, counties(), st.lists(CHANGES, min_size=1, max_size=3))


@settings(max_examples=8)
@given(LATER)
def test_any_change_decides_anew_what_deciding_everyone_changes(lake: Version) -> None:
    both_ways(lake)
