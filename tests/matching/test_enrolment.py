from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from matching.enrolment import Register, active, enrolled, in_cycle, open_on
from matching.receipts import Receipts

AS_OF = date(2026, 10, 31)
# Persons a and b live in household h, c in household g, d nowhere.
REGISTER = Register(
    pl.Series(["a", "b", "c", "d"]), pl.Series(["h", "g"]), np.array([0, 0, 1, -1], np.int64)
)
ALL = (np.ones(4, np.bool_), np.ones(2, np.bool_))


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (date(2026, 10, 31), None, True),
        (date(2026, 11, 1), None, False),
        (None, date(2026, 10, 31), False),
        (None, date(2026, 11, 1), True),
        (None, None, True),
    ],
)
def test_an_enrolment_holds_from_its_first_day_until_before_its_last(
    since: date | None, until: date | None, *, holds: bool
) -> None:
    rows = pl.DataFrame(
        {"enrolled_since": [since], "enrolled_until": [until]},
        {"enrolled_since": pl.Date, "enrolled_until": pl.Date},
    )
    assert active(rows, AS_OF).height == holds


@pytest.mark.parametrize(
    ("accepted", "decided", "withdrawn", "waits"),
    [
        (date(2026, 10, 31), None, None, True),
        (date(2026, 11, 1), None, None, False),
        (date(2026, 9, 1), date(2026, 10, 31), None, False),
        (date(2026, 9, 1), date(2026, 11, 1), None, True),
        (date(2026, 9, 1), None, date(2026, 10, 1), False),
        (None, None, None, False),
    ],
)
def test_an_application_is_open_until_it_is_decided_or_withdrawn(
    accepted: date | None, decided: date | None, withdrawn: date | None, *, waits: bool
) -> None:
    days = {"accepted_on": accepted, "decided_on": decided, "withdrawn_on": withdrawn}
    rows = pl.DataFrame({k: [v] for k, v in days.items()}, dict.fromkeys(days, pl.Date))
    assert open_on(rows, AS_OF).height == waits


@pytest.mark.parametrize(
    ("period", "month", "status", "counts"),
    [
        ("month", date(2026, 9, 1), "success", True),
        ("month", date(2026, 8, 31), "success", False),
        ("month", date(2026, 10, 1), "returned", False),
        ("month", date(2026, 11, 1), "issued", False),
        ("year", date(2025, 10, 1), "issued", True),
        ("year", date(2025, 9, 1), "issued", False),
        ("once", date(2001, 1, 1), "success", True),
    ],
)
def test_a_payment_counts_in_the_current_and_the_last_cycle(
    period: str, month: date, status: str, *, counts: bool
) -> None:
    rows = pl.DataFrame({"programme": ["X"], "for_month": [month], "status": [status]})
    assert in_cycle(rows, {"X": period}, AS_OF).height == counts


def flags(
    unit: str,
    *rows: tuple[str | None, str | None],
    whole: tuple[list[int], list[int]] | None = None,
) -> tuple[list[bool | None], list[bool | None]]:
    frame = pl.DataFrame(rows, {"person": pl.String, "household": pl.String}, orient="row")
    known = ALL if whole is None else (np.array(whole[0], bool), np.array(whole[1], bool))
    person, household = enrolled(frame, REGISTER, unit=unit, whole=known)
    return person.to_list(), household.to_list()


def test_a_household_programme_holds_of_all_its_members() -> None:
    both = ([True, True, False, False], [True, False])
    assert flags("household", (None, "h")) == both
    assert flags("household", ("a", None)) == both


def test_a_person_programme_is_that_persons_and_the_household_has_someone_in_it() -> None:
    assert flags("person", ("a", None)) == ([True, False, False, False], [True, False])


def test_no_row_means_none_only_where_the_source_is_whole() -> None:
    assert flags("person", ("a", None), whole=([0, 0, 1, 0], [0, 1])) == (
        [True, None, False, None],
        [True, False],
    )


def test_a_gap_at_one_member_leaves_the_family_unknown() -> None:
    assert flags("household", whole=([1, 0, 1, 1], [1, 1])) == (
        [None, None, False, False],
        [None, False],
    )


def test_receipts_are_found_by_programme_and_unit() -> None:
    rows = pl.DataFrame(
        {
            "unit": ["household", "person", "person"],
            "household": ["h", None, None],
            "person": ["a", "b", "c"],
            "programme": ["X", "X", "Y"],
            "for_month": [date(2026, 10, 1)] * 3,
            "status": ["success", "issued", "returned"],
        }
    )
    pack = SimpleNamespace(programmes={"X": SimpleNamespace(id="X", period="month")})
    known = SimpleNamespace(as_of=AS_OF, records={"disbursement": rows})
    receipts = Receipts(cast("Any", pack), cast("Any", known))
    paid = [receipts.paid(one) for one in ("h", "a", "b", "c", "")]
    assert paid == [{"X"}, set(), {"X"}, set(), set()]
    assert receipts.asked("h") == set()
