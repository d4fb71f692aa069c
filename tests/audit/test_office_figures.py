"""Figures of the offices' own work on a drawn county: literal rows in, literal N of M out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from audit.figures import Cell, Scope, measured
from audit.history import Month, trend
from audit.office_figures import OFFICES, clock
from ontology.tables import Step
from tests.audit.test_figures import facts_of
from tests.cypher.drawn import AS_OF, TOWN, Drawing, day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.figure_parts import FigureFacts
    from graph_loader.stores.kglite import KgliteStore

OTHER = "330382102"
VILLAGE = f"{TOWN}201"
KINDS = ("review", "budget_arrival", "satisfaction", "disbursement", "complaint")
PROCEDURES = (
    Step("complaint-33", "handle", 1, 15, "calendar", "office", "ZJ-SAR-58"),
    Step("complaint-44", "handle", 1, 1, "calendar", "office", "elsewhere"),
    Step("complaint", "handle", 1, 60, "calendar", "office", "everywhere else"),
)


def review(drawing: Drawing, name: str, due: str, done: str | None, region: str = TOWN) -> None:
    days = {"review_due_on": day(due), "reviewed_on": day(done)}
    drawing.node("Review", name, programme="MZ01", region=region, **days)


def reviews(drawing: Drawing) -> None:
    review(drawing, "r1", "2026-10-31", None)  # due today, not done
    review(drawing, "r2", "2026-05-01", "2026-11-01")  # done tomorrow
    review(drawing, "r3", "2026-05-01", "2026-05-02")  # a day late
    review(drawing, "r4", "2026-05-01", "2026-05-01")
    review(drawing, "r5", "2026-05-01", "2026-04-20", OTHER)
    review(drawing, "r6", "2026-11-01", None)  # not due yet
    review(drawing, "r7", "2025-10-31", None)  # more than twelve months ago
    review(drawing, "r8", "2024-01-01", "2024-01-01")  # the ledger begins


def money(drawing: Drawing) -> None:
    for name, year, on, amount in (
        ("a1", 2026, "2026-01-05", 200000),
        ("a2", 2026, "2026-10-31", 100000),
        ("a3", 2026, "2026-11-01", 100000),
        ("a4", 2025, "2025-12-05", 100000),
    ):
        came = {"arrival_year": year, "arrived_on": day(on), "arrived_amount": amount}
        drawing.node("BudgetArrival", name, programme="MZ01", **came)
    drawing.node("Budget", "b1", programme="MZ01", budget_year=2026, allotted=500000)
    drawing.node("Budget", "b2", programme="MZ01", budget_year=2025, allotted=500000)
    drawing.paid("d1", "h1", "MZ01", "2026-01", amount=60000)
    drawing.paid("d2", "h2", "MZ01", "2026-10", amount=60000)
    drawing.paid("d3", "h1", "MZ01", "2025-12", amount=60000)
    drawing.paid("d4", "h1", "MZ01", "2026-02", amount=60000, status="returned")
    drawing.paid("d5", "p1", "MZ16", "2026-02", amount=60000)  # for which nothing arrived
    drawing.paid("d6", "h3", "MZ01", "2026-03", amount=15000)  # another place of the same town
    drawing.paid("d7", "h1", "MZ01", "2026-03", aid_region="330303")  # by another county
    drawing.paid("d8", "h2", "MZ01", "2026-03", aid_region="330382", amount=30000)
    for name, back in (("c1", "2026-03-01"), ("c2", None)):
        facts: dict[str, Any] = {"recovered_on": day(back), "recovered_amount": 30000}
        drawing.node("Recovery", name, programme="MZ01", region=TOWN, **facts)


def answers(drawing: Drawing) -> None:
    given = (
        *(("2026-10-31", 5), ("2026-02-01", 4), ("2026-02-01", 3), ("2026-02-01", None)),
        *(("2025-10-31", 1), ("2026-11-01", 1)),  # too long ago, and to come
        ("2024-01-01", 5),
    )
    for at, (on, score) in enumerate(given):
        drawing.node(
            "Satisfaction",
            f"s{at}",
            programme="MZ01",
            answered_on=day(on),
            satisfaction_score=score,
        )


def complaints(drawing: Drawing) -> None:
    """Of 15 days; what fell due by 2026-10-30 came in by 2026-10-15."""
    days = (
        ("2026-10-15", None),  # its last day was yesterday
        ("2026-10-16", None),  # today is its last day
        ("2026-09-01", "2026-09-16"),  # on the last day
        ("2026-09-01", "2026-09-17"),  # a day late
        ("2026-09-01", "2026-11-01"),  # answered tomorrow
        ("2025-10-16", None),
        ("2025-10-15", None),  # too long ago
        (None, None),
        ("2024-01-01", None),
    )
    for at, (came, answered) in enumerate(days):
        told = {"complained_on": day(came), "complaint_answered_on": day(answered)}
        drawing.node("Complaint", f"c{at}", programme="MZ01", **told)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FigureFacts]:
    drawing = Drawing()
    drawing.household("h1", "p1")
    drawing.household("h2", "p2", region=OTHER)
    drawing.household("h3", "p3", region=VILLAGE)
    for part in (reviews, money, answers, complaints):
        part(drawing)
    stores: list[KgliteStore] = []
    known = facts_of(drawing, tmp_path_factory.mktemp("offices"), stores)
    checked = replace(known.checked, loaded=frozenset(KINDS))
    yield replace(known, checked=checked, procedures=PROCEDURES)
    for store in stores:
        store.close()


def test_they_are_named_in_both_languages() -> None:
    for figure in OFFICES.values():
        assert set(figure.label) == set(figure.definition) == {"zh", "en"}


def test_what_fell_due_and_is_not_done_is_overdue(facts: FigureFacts) -> None:
    found = measured(OFFICES["reviews_overdue"], facts)
    assert found.whole == Cell(None, 2, 5, "0.4000", "small_base")
    assert found.beside == {"done_late": 1}
    towns = {cell.of: (cell.numerator, cell.denominator) for cell in found.townships}
    assert (towns[TOWN], towns[OTHER]) == ((2, 4), (0, 1))


def test_what_was_paid_and_not_recovered_of_what_arrived(facts: FigureFacts) -> None:
    found = measured(OFFICES["budget_executed"], facts)
    assert found.whole == Cell(None, 135000, 300000, "0.4500", None)
    assert found.beside == {"allotted": 500000, "recovered": 30000}


def test_content_are_four_and_five_of_the_valid_answers(facts: FigureFacts) -> None:
    found = measured(OFFICES["content"], facts)
    assert found.whole == Cell(None, 2, 3, "0.6667", "small_base")
    assert found.beside == {"no_score": 1}


def test_complaints_that_were_not_answered_within_their_days(facts: FigureFacts) -> None:
    found = measured(OFFICES["complaints_late"], facts)
    assert found.whole == Cell(None, 4, 5, "0.8000", "small_base")
    assert found.beside == {"open": 3}


def test_a_clock_is_that_of_the_nearest_place_and_none_where_none_is_told(
    facts: FigureFacts,
) -> None:
    assert clock(facts, "complaint") == 15
    assert clock(replace(facts, procedures=PROCEDURES[1:]), "complaint") == 60
    without = replace(facts, procedures=PROCEDURES[1:2])
    assert clock(without, "complaint") is None
    assert measured(OFFICES["complaints_late"], without).whole.mark == "not_applicable"


MONTHS = tuple(Month(on, pl.DataFrame(), {}) for on in (date(2026, 9, 30), AS_OF))


@pytest.mark.parametrize(
    ("figure", "before", "now"),
    [
        ("reviews_overdue", (2, 5), (2, 5)),  # r7 instead of r1
        ("content", (1, 3), (2, 3)),
        ("budget_executed", (75000, 200000), (135000, 300000)),
        ("complaints_late", (4, 5), (4, 5)),  # c6 instead of c0
    ],
)
def test_a_figure_of_an_earlier_month_is_what_it_was_by_its_day(
    facts: FigureFacts, figure: str, before: tuple[int, int], now: tuple[int, int]
) -> None:
    months = replace(facts, months=MONTHS)
    points = trend(figure, months)
    told = [(point.numerator, point.denominator) for point in points]
    assert told[1] == now
    assert points[1].value == measured(OFFICES[figure], facts).whole.value
    assert told[0] == before


def test_a_month_before_the_ledger_is_not_known(facts: FigureFacts) -> None:
    early = (Month(date(2024, 6, 30), pl.DataFrame(), {}), Month(AS_OF, pl.DataFrame(), {}))
    first, last = trend("reviews_overdue", replace(facts, months=early))
    assert (first.mark, first.lacks, first.value) == ("not_known", ("review",), None)
    assert last.value == "0.4000"
    without = replace(facts, months=early, checked=replace(facts.checked, loaded=frozenset()))
    assert [point.mark for point in trend("content", without)] == ["not_known"] * 2


def test_what_is_about_nobody_belongs_to_the_place_that_holds_everybody(facts: FigureFacts) -> None:
    figure = OFFICES["content"]
    assert measured(figure, facts, Scope(("330382",))).whole.denominator == 3
    assert measured(figure, facts, Scope((TOWN,))).whole.mark == "not_applicable"
    assert measured(figure, facts, Scope((), ("MZ16",))).whole.denominator == 0


def test_a_ledger_that_was_never_loaded_is_no_data(facts: FigureFacts) -> None:
    without = replace(facts, checked=replace(facts.checked, loaded=frozenset(KINDS[1:])))
    found = measured(OFFICES["reviews_overdue"], without)
    assert (found.whole.mark, found.lacks) == ("no_data", ("review",))
