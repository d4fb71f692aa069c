"""The county month by month: since when is true in graph and findings, and trends agree with it."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aidgraph.monthly import Counts, decide_from
from aidgraph.road import Road
from audit.figures import REGISTRY, Scope, measure
from audit.history import trend
from tests.aidgraph.conftest import Call, quiet, settings

FIRST, LAST = date(2026, 5, 1), date(2026, 10, 31)
ENDS = [date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)]
ENDS += [date(2026, 9, 30), LAST]
BANDS = {100: 53000, 90: 13000, 80: 6000}
"""Fen a month of the old-age allowance, from each age on."""


@pytest.fixture(scope="module")
def monthly(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small county with six months decided, projected and asked again."""
    again = shutil.copytree(home, tmp_path_factory.mktemp("monthly") / "home")
    road = Road(settings(again))
    assert decide_from(road, FIRST, LAST, quiet) == Counts(6, 6, 0)
    road.project(quiet)
    road.audit()
    return again


def told(home: Path, programme: str) -> list[dict[str, Any]]:
    """Findings of who never applied, with what is told of each."""
    frame = Road(settings(home)).findings.frame
    mine = (pl.col("question") == "never_applied") & (pl.col("programme") == programme)
    rows = frame.filter(mine).rows(named=True)
    return [row | json.loads(row["details"]) for row in rows]


def allowance(born: date, day: date) -> int:
    """What a person of this birthday is due for the month that ends on the day."""
    age = day.year - born.year - ((born.month, born.day) > (day.month, day.day))
    return next(fen for least, fen in BANDS.items() if age >= least)


def test_the_old_lack_their_allowance_since_the_month_of_their_eightieth_birthday(
    monthly: Path,
) -> None:
    road = Road(settings(monthly))
    born = dict(road.population.persons.select("id", "birth_date").rows())
    found = told(monthly, "MZ18")
    assert found
    for row in found:
        birthday = born[row["unit_id"]]
        eighty = date(birthday.year + 80, birthday.month, 1)
        first = max(eighty, FIRST)
        assert row["since"] == first.isoformat()
        assert row["at_least"] == (eighty < FIRST)
        assert row["months"] == (LAST.year - first.year) * 12 + LAST.month - first.month + 1
        assert row["owed"] == sum(allowance(birthday, day) for day in ENDS if day >= first)
        assert row["rank"] % (row["money"] * row["months"]) == 0 < row["rank"]


def test_what_sources_do_not_reach_is_unknown_and_said(monthly: Path) -> None:
    """Balances are on file from September: nobody is known to have been poor before it."""
    found = told(monthly, "MZ01")
    assert found
    assert {row["since"] for row in found} <= {"2026-09-01", "2026-10-01"}
    assert ("2026-09-01", True) in {(row["since"], row["at_least"]) for row in found}
    assert all(row["owed"] == row["money"] for row in found if row["months"] == 1)


def test_the_graph_says_since_when(monthly: Path) -> None:
    query = """
    MATCH (u:Person)-[q:QUALIFIES_FOR]->(p:Programme {id: 'MZ18'})
    RETURN count(q) AS all, count(q.since) AS told, count(q.unmet_since) AS unmet,
           sum(q.unmet_months) AS months
    """
    (row,) = Road(settings(monthly)).store.read(query)
    assert row["all"] == row["told"] > row["unmet"] > 0
    since = Road(settings(monthly)).months.since(LAST).filter(pl.col("programme") == "MZ18")
    assert row["months"] == since["unmet_months"].sum()


def test_gaps_of_the_last_month_are_those_that_the_questions_find(monthly: Path) -> None:
    road = Road(settings(monthly))
    rows = road.months.read(LAST, "rows").filter("gap")
    gaps = road.findings.frame.filter(
        pl.col("finds") == "gap", pl.col("question") != "application_overdue"
    )
    pairs = [
        set(of.rows())
        for of in (rows.select("id", "programme"), gaps.select("unit_id", "programme"))
    ]
    assert pairs[0] == pairs[1] != set()


def test_a_trend_ends_where_the_figure_is(monthly: Path) -> None:
    facts = Road(settings(monthly)).figure_facts()
    for figure in REGISTRY:
        whole = measure(figure, facts).whole
        points = trend(figure, facts)
        assert [point.day for point in points] == ENDS
        last = points[-1]
        if last.mark == "not_known":  # payments do not reach back twelve months
            assert (figure, last.lacks) == ("suspected_overpaid", ("disbursement",))
            continue
        assert (last.numerator, last.denominator, last.value) == (
            whole.numerator,
            whole.denominator,
            whole.value,
        )


def test_a_month_that_sources_do_not_reach_is_not_known_and_says_why(monthly: Path) -> None:
    facts = Road(settings(monthly)).figure_facts()
    points = trend("suspected_gaps", facts)
    assert [point.mark for point in points[:4]] == ["not_known"] * 4
    assert all("financial_asset" in point.lacks for point in points[:4])
    assert all(point.numerator is None and point.undecided for point in points[:4])
    old_age = trend("suspected_gaps", facts, Scope(programmes=("MZ18",)))
    assert all(point.numerator is not None and point.mark != "not_known" for point in old_age)
    covered = trend("covered", facts)
    assert all(point.numerator and point.denominator for point in covered)
    towns = [trend("covered", facts, Scope(regions=(town,))) for town in facts.townships(())]
    below = [sum(of[-1].denominator or 0 for of in towns), covered[-1].denominator]
    assert below[0] == below[1]


def test_months_are_told_n_of_m_and_kept(monthly: Path, call: Call) -> None:
    said = call(monthly, "months", "--from", "2026-04", "--json")
    assert said.code == 0, said.err
    expected = {"from": "2026-04", "to": "2026-10-31", "months": 7, "decided": 1, "taken_over": 0}
    assert json.loads(said.out) == expected
    assert "7 months, 2026-04 to 2026-10: 1 decided, 6 kept" in said.err


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--from", "2026-13"), "`2026-13` is no month; months look like 2026-10"),
        (("--to", "2026-11"), "the run is of 2026-10-31"),
        (("--from", "2026-10", "--to", "2026-09"), "2026-10 comes after 2026-09"),
    ],
)
def test_a_month_that_is_none_is_a_slip(
    wrong: tuple[str, ...], says: str, monthly: Path, call: Call
) -> None:
    said = call(monthly, "months", *wrong)
    assert said.code == 2
    assert says in said.err.replace("\n", " ")


def test_without_months_nothing_is_said_of_since_when(home: Path) -> None:
    road = Road(settings(home))
    row = next(iter(road.store.read("MATCH ()-[q:QUALIFIES_FOR]->() RETURN count(q.since) AS n")))
    assert row["n"] == 0
