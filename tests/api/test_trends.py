"""A figure month by month over HTTP: in scope, small counts untold, what is not known said."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from audit.history import Month
from matching.month_parts import PARTS
from tests.api.county import EAST, WEST, County

if TYPE_CHECKING:
    from tests.api.conftest import SignIn

DAYS = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
LACKS: list[dict[str, list[str]]] = [{"MZ01": ["earning"], "MZ16": []}, {"MZ16": []}, {"MZ16": []}]


def parts(gaps: int, receiving: int) -> pl.DataFrame:
    """So many gaps in the east and receiving pairs in the west, three more not decided."""
    rows: list[tuple[Any, ...]] = [
        ("gaps", EAST, "MZ16", f"person|P{n}|MZ16", 1) for n in range(gaps)
    ]
    rows += [("receiving", WEST, "MZ16", None, receiving), ("undetermined", EAST, "MZ16", None, 3)]
    return pl.DataFrame(rows, PARTS, orient="row")


@pytest.fixture
def months(here: County) -> County:
    """The county with three months, of which the first lacks incomes."""
    held = [parts(8, 100), parts(6, 100), parts(9, 100)]
    told = tuple(map(Month, DAYS, held, LACKS))
    last = here.states[-1]
    here.states.append(replace(last, facts=replace(last.facts, months=told), measured={}))
    return here


def trend(sign_in: "SignIn", login: str, **query: str) -> dict[str, Any]:
    answer = sign_in(login).get("/figures/suspected_gaps/trend", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("months")
def test_each_month_says_n_of_m_and_one_that_is_not_known_why(sign_in: "SignIn") -> None:
    told = trend(sign_in, "inspector")
    assert (told["known"], told["total"]) == (2, 3)
    first, before, now = told["items"]
    assert (first["month"], first["mark"], first["value"]) == ("2026-08", "not_known", None)
    assert len(first["missing"]) == 1
    assert (before["numerator"], before["denominator"], before["value"]) == (6, 106, "0.0566")
    assert (now["numerator"], now["denominator"], now["undecided"]) == (9, 109, 3)
    assert told["change"] == {"month": "2026-09", "numerator": "3", "value": "0.0260"}


@pytest.mark.usefixtures("months")
def test_a_programme_whose_facts_reach_back_is_known_in_every_month(sign_in: "SignIn") -> None:
    told = trend(sign_in, "inspector", programme="MZ16")
    assert [one["numerator"] for one in told["items"]] == [8, 6, 9]


@pytest.mark.usefixtures("months")
def test_a_township_sees_its_own_months(sign_in: "SignIn") -> None:
    assert [one["numerator"] for one in trend(sign_in, "east")["items"]] == [None, 6, 9]
    assert [one["denominator"] for one in trend(sign_in, "west")["items"]] == [None, 100, 100]


def test_a_small_count_is_not_told_and_neither_is_the_change(
    here: County, sign_in: "SignIn"
) -> None:
    told = tuple(map(Month, DAYS[1:], [parts(3, 100), parts(9, 100)], LACKS[1:]))
    last = here.states[-1]
    here.states.append(replace(last, facts=replace(last.facts, months=told), measured={}))
    shown = trend(sign_in, "editor")
    assert [one["mark"] for one in shown["items"]] == ["suppressed", None]
    assert shown["items"][0]["numerator"] is shown["items"][0]["value"] is None
    assert shown["change"] is None


def test_without_months_there_is_no_trend_and_an_unknown_figure_is_none(sign_in: "SignIn") -> None:
    told = trend(sign_in, "inspector")
    assert (told["items"], told["total"], told["change"]) == ([], 0, None)
    assert sign_in("inspector").get("/figures/nonsense/trend").status_code == 404
