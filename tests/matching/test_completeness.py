from datetime import date

import polars as pl
import pytest

from matching.completeness import Coverage, months_before
from ontology.regions import Region, Regions

AS_OF = date(2026, 10, 31)
REGIONS = Regions(
    {
        code: Region(code, parent, level, {})
        for code, parent, level in [
            ("33", "", "province"),
            ("330382", "33", "county"),
            ("330382001", "330382", "township"),
            ("330383", "33", "county"),
        ]
    }
)
PEOPLE = pl.DataFrame(
    {"id": ["inside", "outside", "nowhere"], "region": ["330382001", "330383", None]}
)
Declared = tuple[str, str, str, date | None, date | None]


def coverage(
    *rows: Declared, gaps: tuple[tuple[str, str, date | None, date | None], ...] = ()
) -> Coverage:
    complete = {
        "source": pl.String,
        "kind": pl.String,
        "region": pl.String,
        "from": pl.Date,
        "until": pl.Date,
    }
    gap = {"source": pl.String, "person": pl.String, "from": pl.Date, "until": pl.Date}
    return Coverage(
        pl.DataFrame(rows, complete, orient="row"),
        pl.DataFrame(gaps, gap, orient="row"),
        REGIONS,
        AS_OF,
    )


@pytest.mark.parametrize(
    ("months", "first"),
    [
        (0, date(2026, 10, 31)),
        (1, date(2026, 9, 1)),
        (10, date(2025, 12, 1)),
        (12, date(2025, 10, 1)),
    ],
)
def test_a_window_begins_with_a_month(months: int, first: date) -> None:
    assert months_before(AS_OF, months) == first


def test_a_source_covers_its_region_and_what_lies_in_it() -> None:
    known = coverage(("vehicles", "vehicle", "330382", date(2026, 1, 1), None))
    assert known.whole(PEOPLE, "vehicle").tolist() == [True, False, False]
    assert known.whole(PEOPLE, "vessel").tolist() == [False, False, False]


@pytest.mark.parametrize(
    ("since", "until", "months", "covered"),
    [
        (date(2025, 10, 1), None, 12, True),
        (date(2025, 10, 2), None, 12, False),
        (None, date(2026, 10, 31), 0, True),
        (None, date(2026, 10, 30), 0, False),
        (date(2026, 11, 1), None, 0, False),
    ],
)
def test_the_whole_window_must_be_covered(
    since: date | None, until: date | None, months: int, *, covered: bool
) -> None:
    known = coverage(("tax", "earning", "33", since, until))
    assert known.whole(PEOPLE, "earning", months=months)[0] == covered


def test_a_refused_row_opens_the_source_for_whom_it_may_concern() -> None:
    row = ("vehicles", "vehicle", "33", None, None)
    assert coverage(row, gaps=(("vehicles", "inside", None, None),)).whole(
        PEOPLE, "vehicle"
    ).tolist() == [False, True, False]
    assert coverage(row, gaps=(("tax", "inside", None, None),)).whole(PEOPLE, "vehicle")[0]


def test_a_gap_of_another_time_opens_nothing() -> None:
    row = ("tax", "earning", "33", None, None)
    early = coverage(row, gaps=(("tax", "inside", None, date(2025, 9, 30)),))
    within = coverage(row, gaps=(("tax", "inside", None, date(2025, 10, 1)),))
    late = coverage(row, gaps=(("tax", "inside", date(2026, 11, 1), None),))
    whole = [one.whole(PEOPLE, "earning", months=12)[0] for one in (early, within, late)]
    assert whole == [True, False, True]


def test_two_sources_close_each_others_gaps() -> None:
    known = coverage(
        ("tax", "earning", "33", None, None),
        ("social", "earning", "33", None, None),
        gaps=(("tax", "inside", None, None),),
    )
    assert known.whole(PEOPLE, "earning").tolist() == [True, True, False]
    assert known.whole(PEOPLE, "earning", only={"tax"}).tolist() == [False, True, False]
