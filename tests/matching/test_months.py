"""Month by month: since when in a row, how much is owed, and what is decided once is kept."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matching.monthly import MONTH, months_back
from matching.months import Kept, decide_months, month_ends
from matching.since import since
from tests.matching.drawn import AS_OF, PACK, FakeLake, member, whole

SEP, AUG, JUL = (date(2026, 9, 30), date(2026, 8, 31), date(2026, 7, 31))
MONEY = 5000


def row(status: str, *, receives: bool | None = False, **more: Any) -> pl.DataFrame:  # noqa: ANN401
    """One month of one person and one monthly programme."""
    told = {"unit": "person", "id": "a", "programme": "P1", "period": "month", "amount": MONEY}
    told |= {"status": status, "after": "kept", "receives": receives, **more}
    return pl.DataFrame([told], schema_overrides=MONTH)


NOBODY = pl.DataFrame(schema=MONTH)
WITHOUT, WITH = row("eligible"), row("eligible", receives=True)
NOT_TOLD = row("eligible", receives=None)
OPEN = row("undetermined", receives=None, amount=None)
FREE = row("eligible", amount=None)
EXCLUDED = row("eligible", after="excluded")
MONTHS = [date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1), date(2026, 7, 1)]


@pytest.mark.parametrize(
    ("months", "qualifies", "unmet"),
    [
        ([WITHOUT, WITHOUT, NOBODY], (MONTHS[1], 2, False), (MONTHS[1], 2, False, 2 * MONEY)),
        ([WITHOUT, WITHOUT], (MONTHS[1], 2, True), (MONTHS[1], 2, True, 2 * MONEY)),
        ([WITHOUT, OPEN, WITHOUT], (MONTHS[0], 1, True), (MONTHS[0], 1, True, MONEY)),
        ([WITHOUT, None, WITHOUT], (MONTHS[0], 1, True), (MONTHS[0], 1, True, MONEY)),
        ([WITHOUT, EXCLUDED, WITHOUT], (MONTHS[0], 1, False), (MONTHS[0], 1, False, MONEY)),
        ([WITHOUT, WITH, NOBODY], (MONTHS[1], 2, False), (MONTHS[0], 1, False, MONEY)),
        ([WITHOUT, NOT_TOLD, NOBODY], (MONTHS[1], 2, False), (MONTHS[0], 1, True, MONEY)),
        ([WITH, WITHOUT, NOBODY], (MONTHS[1], 2, False), (None, 0, False, 0)),
        ([NOT_TOLD, WITHOUT, NOBODY], (MONTHS[1], 2, False), (None, 0, True, 0)),
        ([WITHOUT, FREE, NOBODY], (MONTHS[1], 2, False), (MONTHS[1], 2, False, None)),
    ],
    ids=[
        "in a row",
        "to the first month",
        "then unknown",
        "then not decided",
        "then excluded",
        "paid before",
        "receipt unknown before",
        "receives now",
        "receipt unknown now",
        "a month without amount",
    ],
)
def test_since_when_in_a_row(
    months: list[pl.DataFrame | None], qualifies: tuple[Any, ...], unmet: tuple[Any, ...]
) -> None:
    (told,) = since(zip(MONTHS, months, strict=False)).rows()
    assert told == ("person", "a", "P1", *qualifies, *unmet)


@pytest.mark.parametrize(("period", "owed"), [("month", 14), ("year", 2), ("once", 1), (None, 1)])
def test_what_is_owed_follows_the_period(period: str | None, owed: int) -> None:
    rows = row("eligible", period=period)
    months = [(months_back(MONTHS[0], back), rows) for back in range(14)]
    assert since(months)["owed"].to_list() == [owed * MONEY]


def test_nobody_who_does_not_qualify_now_has_a_since() -> None:
    assert since([(MONTHS[0], OPEN), (MONTHS[1], WITHOUT)]).is_empty()
    assert since([(MONTHS[0], EXCLUDED)]).is_empty()
    assert since([]).is_empty()


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_a_day_so_many_months_earlier(day: date, months: int, earlier: date) -> None:
    assert months_back(day, months) == earlier


def test_months_end_on_their_last_day_and_the_last_where_it_is_said() -> None:
    assert month_ends(date(2026, 1, 5), date(2026, 3, 10)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 10),
    ]
    assert month_ends(AS_OF, AS_OF) == [AS_OF]


def test_a_month_is_decided_once_and_one_that_was_not_finished_again(tmp_path: Path) -> None:
    lake = whole(FakeLake().states("register", member("a", "1", birth_date=date(1946, 9, 15))))
    kept, days = Kept(tmp_path / "months"), [AUG, SEP, AS_OF]
    assert decide_months(lake, PACK, days, kept, AS_OF) == 3
    assert decide_months(lake, PACK, days, kept, AS_OF) == 0
    rows = kept.read(SEP, "rows")
    kept._file(SEP, "json").unlink()  # noqa: SLF001 - what a kill leaves behind
    assert kept.days() == [AUG, AS_OF]
    assert decide_months(lake, PACK, [JUL, *days], kept, AS_OF) == 2
    assert kept.read(SEP, "rows").equals(rows)
    assert kept.days() == [JUL, *days]


def test_a_month_cut_short_is_decided_again_when_it_has_ended(tmp_path: Path) -> None:
    lake = whole(FakeLake().states("register", member("a", "1")))
    kept, early = Kept(tmp_path), date(2026, 9, 10)
    assert decide_months(lake, PACK, [early], kept, early) == 1
    assert decide_months(lake, PACK, [SEP], kept, SEP) == 1
    assert kept.days() == [SEP]
    assert not kept.has(early)


def told(lake: FakeLake, folder: Path, programme: str) -> list[tuple[Any, ...]]:
    """Since when, of everyone who qualifies for a programme in October, from July on."""
    kept, days = Kept(folder), [JUL, AUG, SEP, AS_OF]
    decide_months(whole(lake), PACK, days, kept, AS_OF)
    rows = kept.since(AS_OF).filter(pl.col("programme") == programme).sort("id")
    return rows.select("id", "unmet_since", "unmet_months", "unmet_at_least", "owed").rows()


def test_who_turned_eighty_in_september_is_owed_two_months(tmp_path: Path) -> None:
    lake = FakeLake().states(
        "register",
        member("a", "1", birth_date=date(1946, 9, 15)),
        member("b", "2", birth_date=date(1946, 10, 31)),
        member("c", "3", birth_date=date(1946, 11, 1)),
        member("d", "4", birth_date=date(1930, 1, 1)),
        member("e", "5", birth_date=None),
    )
    assert told(lake, tmp_path, "P1") == [
        ("pa", date(2026, 9, 1), 2, False, 2 * 6000),
        ("pb", date(2026, 10, 1), 1, False, 6000),
        ("pd", date(2026, 7, 1), 4, True, 4 * 6000),
    ]


def test_a_family_whose_earner_left_is_poor_since_that_month(tmp_path: Path) -> None:
    lake = FakeLake().states(
        "register",
        member("a", "1", birth_date=date(1990, 1, 1)),
        member("b", "1", birth_date=date(1990, 1, 1), until=date(2026, 9, 10)),
        member("c", "2", birth_date=date(1990, 1, 1)),
    )
    lake.states(
        "tax",
        {"person_number": "a", "income": 50_000},
        {"person_number": "b", "income": 300_000},
        {"person_number": "c", "income": None},
    )
    assert told(lake, tmp_path, "F1") == [("h1", date(2026, 9, 1), 2, False, 2 * 50_000)]


def test_an_income_known_only_later_leaves_the_months_before_that_unknown(tmp_path: Path) -> None:
    def families(*known: dict[str, Any]) -> FakeLake:
        lake = FakeLake().states("register", member("a", "1", birth_date=date(1990, 1, 1)))
        return lake.states("tax", *known)

    assert told(families({"person_number": "a", "income": None}), tmp_path / "then", "F1") == []
    later = told(families({"person_number": "a", "income": 50_000}), tmp_path / "now", "F1")
    assert later == [("h1", date(2026, 7, 1), 4, True, 4 * 50_000)]
