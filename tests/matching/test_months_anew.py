"""Months over later facts are those that deciding everyone gives, whatever changed."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings

from matching.months import Kept, decide_months
from matching.months_anew import counted, taken_over
from tests.matching.drawn import AS_OF, member
from tests.matching.test_anew import LATER, MANY, Version, later, villages
from tests.matching.test_parts import KIN_PACK, rows

DAYS = [date(2023, 12, 31), date(2026, 6, 30), AS_OF]
PART = {"part": "receiving", "region": "34", "programme": "F1"}


def quiet(month: str, done: int, of: int) -> None:
    del month, done, of


def both_ways(lake: Version, folder: Path, limit: int = MANY) -> tuple[int, Kept, Kept]:
    """How many months were taken over, these, and those that deciding everyone gives."""
    before, few, everyone = (Kept(folder / name) for name in ("before", "few", "everyone"))
    decide_months(lake.at(1), KIN_PACK, DAYS, before, AS_OF)
    taken = taken_over(
        (lake.at(1), before), (lake, few), KIN_PACK, DAYS, limit=limit, progress=quiet
    )
    decide_months(lake, KIN_PACK, DAYS, everyone, AS_OF)
    return taken, few, everyone


def all_of(kept: Kept) -> list[object]:
    tables = [rows([kept.read(day, name)]) for day in DAYS for name in ("rows", "parts")]
    return [*tables, *(kept.about(day) for day in DAYS)]


def test_one_changed_income_changes_the_months_of_its_household(tmp_path: Path) -> None:
    lake = later(villages())
    lake.states("tax", {"person_number": "3", "income": 50_000, "_key": "t3"}, load=2)
    taken, few, everyone = both_ways(lake, tmp_path)
    assert taken == len(DAYS)
    assert few.read(AS_OF, "rows").filter(programme="F1", status="eligible")["id"].to_list() == [
        "h3"
    ]
    assert all_of(few) == all_of(everyone)


def test_who_has_moved_since_is_counted_once_in_every_month(tmp_path: Path) -> None:
    lake = later(villages())
    lake.states("register", member("2", "5", since=date(2026, 5, 1), _key="m2"), load=2)
    _, few, everyone = both_ways(lake, tmp_path)
    assert all_of(few) == all_of(everyone)
    assert few.read(AS_OF, "parts").filter(part="people")["weight"].sum() == 6


def test_of_more_than_a_few_no_month_is_taken_over(tmp_path: Path) -> None:
    lake = later(villages())
    lake.states("tax", {"person_number": "3", "income": None, "_key": "t3"}, load=2)
    taken, few, _ = both_ways(lake, tmp_path, limit=1)
    assert (taken, few.days()) == (0, [])


def test_what_counts_is_less_what_is_gone_and_more_what_has_come() -> None:
    whole = pl.DataFrame([
        PART | {"what": None, "weight": 3},
        PART | {"part": "people", "programme": None, "what": None, "weight": 1},
        PART | {"part": "gaps", "what": "a", "weight": 1},
        PART | {"part": "gaps", "region": None, "what": "b", "weight": 1},
    ])  # fmt: skip
    less = pl.DataFrame([
        PART | {"part": "people", "programme": None, "what": None, "weight": 1},
        PART | {"part": "gaps", "region": None, "what": "b", "weight": 1},
    ])  # fmt: skip
    more = pl.DataFrame([
        PART | {"what": None, "weight": 2}, PART | {"part": "gaps", "what": "c", "weight": 1}
    ])  # fmt: skip
    assert counted(whole, less, more).rows() == [
        ("gaps", "34", "F1", "a", 1),
        ("gaps", "34", "F1", "c", 1),
        ("receiving", "34", "F1", None, 5),
    ]


@settings(max_examples=8)
@given(LATER)
def test_any_change_gives_the_months_of_deciding_everyone(lake: Version) -> None:
    with TemporaryDirectory() as folder:
        _, few, everyone = both_ways(lake, Path(folder))
        assert all_of(few) == all_of(everyone)
