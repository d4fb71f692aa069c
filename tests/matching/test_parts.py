"""Deciding part by part gives the rows of deciding whole, however families are tied and cut."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.decide import Decided, decide
from matching.months import InParts, Kept, decide_months
from matching.near import around
from matching.parts import Part, parts
from matching.population import population
from matching.ties import reach, ties
from ontology.expression import AtLeast, Is, Named, Some
from ontology.pack import Pack
from ontology.vocabulary import ClassWord
from tests.matching.drawn import (
    AS_OF,
    CLASSES,
    PACK,
    VOCABULARY,
    FakeLake,
    indicator,
    member,
    programme,
    version,
    whole,
)

READS = {
    "poor_parents": "COUNT(kin) FILTER (WHERE kin.kind = 'parent' AND kin.housed_poor)",
    "burdened_kin": "COUNT(kin) FILTER (WHERE kin.poor_parents > 0)",
}
KIN_CLASSES = {
    "housed_poor": version("housed_poor", "person", Some("member_of", Named("poor"))),
    "burdened": version("burdened", "person", AtLeast(1, "has_kin", Named("aided"))),
    "loaded": version("loaded", "person", Is("any_burden", value=True)),
}
FORMULAS = [
    *(indicator(name, "person", "integer", text) for name, text in READS.items()),
    indicator("any_burden", "person", "boolean", "burdened_kin > 0"),
]


def kin_pack() -> Pack:
    """The drawn pack with two more programmes, which read relatives and relatives of relatives."""
    classes = CLASSES | {name: (one,) for name, one in KIN_CLASSES.items()}
    ids = {"burdened": "P8", "loaded": "P9"}
    words = {n: ClassWord("person", one.label, ids.get(n)) for n, one in KIN_CLASSES.items()}
    vocabulary = replace(
        VOCABULARY,
        indicators={**VOCABULARY.indicators, **{one.name: one for one in FORMULAS}},
        classes={**VOCABULARY.classes, **words},
    )
    more = {
        number: replace(programme("allowance", None, "federation"), id=number, name=name)
        for name, number in ids.items()
    }
    return replace(
        PACK, vocabulary=vocabulary, classes=classes, programmes={**PACK.programmes, **more}
    )


KIN_PACK = kin_pack()


def tables(part: Part, decided: Decided) -> dict[str, pl.DataFrame]:
    """What a run keeps of one part."""
    people = part.population
    return {
        "decisions": part.mine(decided.decisions),
        "missing": part.mine(decided.missing),
        "conflicts": part.mine(people.conflicts),
        "aliases": part.mine(people.aliases),
        "members": part.mine(people.members, "person"),
        **{kind: part.records(kind) for kind in people.records},
    }


def rows(found: list[pl.DataFrame]) -> list[tuple[Any, ...]]:
    table = pl.concat(found).with_columns(cs.by_dtype(pl.List(pl.String)).list.join("|"))
    return table.sort(table.columns, nulls_last=True).rows()


def by_parts(lake: FakeLake, pack: Pack, size: int) -> tuple[int, dict[str, list[Any]]]:
    """How many parts there were, and what they found together."""
    found: dict[str, list[pl.DataFrame]] = {}
    number = 0
    for part in parts(lake, pack, AS_OF, size):
        for name, table in tables(part, decide(pack, part.population, AS_OF)).items():
            found.setdefault(name, []).append(table)
        number += 1
    return number, {name: rows(each) for name, each in found.items()}


def at_once(lake: FakeLake, pack: Pack) -> dict[str, list[Any]]:
    """What deciding everyone at once finds."""
    people = population(lake, pack, AS_OF)
    ids = pl.concat([people.households["id"], people.persons["id"]])
    everyone = Part(0, 1, people, ids)
    return {
        name: rows([table]) for name, table in tables(everyone, decide(pack, people, AS_OF)).items()
    }


def street(families: int) -> FakeLake:
    """Families of which each child founded the next: all tied, none named twice."""
    lake = FakeLake()
    for n in range(families):
        father = {} if n == 0 else {"father_number": f"{n - 1}"}
        lake.states(
            "register",
            member(f"{n}", f"{n}", birth_date=date(1990 - n, 1, 1), _key=f"m{n}", **father),
        )
        lake.states("tax", {"person_number": f"{n}", "income": 100_000 * (n % 3), "_key": f"t{n}"})
    return whole(lake)


def test_formulas_say_how_far_relatives_are_read() -> None:
    assert reach(PACK) == 1
    assert reach(KIN_PACK) == 3


@pytest.mark.parametrize(("size", "number"), [(9, 1), (3, 3), (2, 5), (1, 9)])
def test_a_street_of_relatives_cut_anywhere_is_decided_as_a_whole(size: int, number: int) -> None:
    lake = street(9)
    expected = at_once(lake, KIN_PACK)
    assert {row[4] for row in expected["decisions"] if row[3] == "P9"} >= {"eligible"}
    assert by_parts(lake, KIN_PACK, size) == (number, expected)


def test_families_without_ties_are_never_seen_by_a_part_of_others() -> None:
    lake = whole(
        FakeLake().states("register", *(member(f"{n}", f"{n}", _key=f"{n}") for n in range(5)))
    )
    seen = [part.population.persons["id"].to_list() for part in parts(lake, PACK, AS_OF, 2)]
    assert sorted(map(len, seen)) == [1, 2, 2]
    assert sorted(person for people in seen for person in people) == [f"p{n}" for n in range(5)]


def test_what_a_later_load_says_of_another_is_no_longer_said_of_the_first() -> None:
    lake = FakeLake().states("register", member("a", "1"), member("b", "2"))
    lake.states("vehicles", {"person_number": "a", "plate": "X", "_key": "X"})
    lake.states("vehicles", {"person_number": "b", "plate": "X", "_key": "X"}, load=2)
    held = {
        person: plates
        for part in parts(lake, PACK, AS_OF, 1)
        for person, plates in part.records("vehicle").select("person", "plate").rows()
    }
    assert held == {"pb": "X"}


def test_an_empty_lake_has_no_parts() -> None:
    assert list(parts(FakeLake(), PACK, AS_OF, 3)) == []


def test_the_copy_is_removed_when_the_last_part_was_taken_or_the_reader_stops(
    tmp_path: Path,
) -> None:
    with closing(parts(street(4), PACK, AS_OF, 1, scratch=tmp_path)) as found:
        next(found)
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []
    assert len(list(parts(street(4), PACK, AS_OF, 1, scratch=tmp_path))) == 4
    assert list(tmp_path.iterdir()) == []


Said = st.SearchStrategy[dict[str, Any]]
PERSON = st.sampled_from("abcdefgh")
HOME = st.sampled_from("12345")
DAY = st.sampled_from([None, date(2020, 1, 1), date(2024, 1, 1), date(2027, 1, 1)])
SEX = st.sampled_from([None, "male", "female"])
SAYS: Said = st.fixed_dictionaries(
    {
        "person_number": PERSON,
        "household_number": HOME,
        "sex": SEX,
        "since": DAY,
        "until": DAY,
        "birth_date": st.sampled_from([None, date(1940, 1, 1), date(2015, 5, 5)]),
        "father_number": st.one_of(st.none(), PERSON, st.just("unknown")),
        "mother_number": st.one_of(st.none(), PERSON),
        "spouse_number": st.one_of(st.none(), PERSON),
    }
)
TAX: Said = st.fixed_dictionaries(
    {"person_number": PERSON, "income": st.sampled_from([None, 0, 50_000, 300_000])}
)
HEALTH: Said = st.fixed_dictionaries({"person_number": PERSON, "grade": st.just(1), "sex": SEX})
ROLL: Said = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["person", "household"]),
        "person_number": st.one_of(st.none(), PERSON),
        "household_number": st.one_of(st.none(), HOME),
        "programme": st.sampled_from(["F1", "P1", "P2"]),
    }
)


@st.composite
def counties(draw: st.DrawFn) -> FakeLake:
    """Up to eight people who move, marry, are disputed and withdrawn, in up to five households."""
    lake = FakeLake()
    for load in (1, 2):
        stated = draw(st.lists(SAYS, min_size=3 - load, max_size=9))
        said = [{**member("x", "x"), **one, "_gone": False} for one in stated]
        keyed = [{**one, "_key": f"{n % 6}"} for n, one in enumerate(said)]
        lake.states("register", *keyed, load=load)
    for name, some in (("tax", TAX), ("rolls", ROLL), ("health", HEALTH)):
        stated = draw(st.lists(some, max_size=5))
        if stated:
            lake.states(name, *stated)
            lake.states(name, *({**one, "_key": "1.0"} for one in stated[:1]), load=2)
    lake = whole(lake) if draw(st.booleans()) else lake
    return lake.gap("register", f"p{draw(PERSON)}") if draw(st.booleans()) else lake


def around_each(lake: FakeLake, pack: Pack) -> dict[str, list[Any]]:
    """What is decided of each home alone, put together."""
    found: dict[str, list[pl.DataFrame]] = {}
    tied = ties(lake, pack)
    for home in population(lake, pack, AS_OF).households["id"]:
        part = around(lake, pack, AS_OF, tied, [home])
        for name, table in tables(part, decide(pack, part.population, AS_OF)).items():
            mine = table.filter(pl.col("household") == home) if "household" in table else table
            found.setdefault(name, []).append(mine)
    return {name: rows(each) for name, each in found.items()}


@settings(max_examples=5)
@given(counties())
def test_a_household_of_any_county_is_decided_alone_as_among_all(lake: FakeLake) -> None:
    expected = at_once(lake, KIN_PACK)
    found = around_each(lake, KIN_PACK)
    for name in ("decisions", "missing", "members"):
        home = 2 if name != "members" else 1
        assert found.get(name, []) == [row for row in expected[name] if row[home] is not None]


@settings(max_examples=8)
@given(counties(), st.sampled_from([1, 2]))
def test_any_county_in_any_parts_is_decided_as_a_whole(lake: FakeLake, size: int) -> None:
    assert by_parts(lake, KIN_PACK, size)[1] == at_once(lake, KIN_PACK)


@settings(max_examples=2)
@given(counties(), st.sampled_from([1, 2]))
def test_months_of_any_county_in_any_parts_are_those_of_the_whole(
    lake: FakeLake, size: int
) -> None:
    days = [date(2023, 12, 31), AS_OF]
    with TemporaryDirectory() as name:
        one, some = Kept(Path(name) / "one"), Kept(Path(name) / "some")
        assert decide_months(lake, KIN_PACK, days, one, AS_OF) == len(days)
        parts_ = InParts(size, Path(name) / "scratch")
        assert decide_months(lake, KIN_PACK, days, some, AS_OF, parts=parts_) == len(days)
        for day in days:
            assert some.about(day) == one.about(day)
            for table in ("rows", "parts"):
                assert rows([some.read(day, table)]) == rows([one.read(day, table)])
