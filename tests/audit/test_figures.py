from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from audit.completeness import Checked
from audit.figure_parts import FigureFacts
from audit.figures import REGISTRY, Cell, Scope, measure, ratio
from audit.findings import find
from audit.history import Month, trend
from cypher.question import CORE, questions
from tests.audit.test_findings import CHECKED, REGIONS
from tests.cypher.drawn import AS_OF, TOWN, Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph_loader.stores.kglite import KgliteStore

UNDECIDED = pl.DataFrame(
    {
        "unit": ["household", "household", "person", "household"],
        "id": ["h1", "h2", "p1", "h3"],
        "programme": ["MZ01", "MZ01", "MZ16", "MZ01"],
        "status": ["undetermined", "conflict", "undetermined", "eligible"],
        "region": ["330382101", "330382102", "330382101", None],
    }
)


def county() -> Drawing:
    """Two towns. h1 holds MZ01; p3 of h2 is in hardship; h3 lives in the second town."""
    drawing = Drawing()
    drawing.programme("MZ05", "civil_affairs")
    drawing.nodes["Programme"]["MZ05"]["kind"] = "identity"
    drawing.edge("Programme", "LINKED_TO", "Programme", "MZ03", "YB01")
    drawing.household("h1", "p1", "p2")
    drawing.household("h2", "p3", "p4")
    drawing.household("h3", "p5", region="330382102201")
    drawing.enrolled("h1", "MZ01", "2026-01-01")
    drawing.enrolled("p1", "MZ03", "2026-01-01")
    drawing.enrolled("p3", "MZ03", "2026-10-31")
    drawing.enrolled("p4", "MZ03", "2026-01-01", "2026-10-31")
    drawing.enrolled("h3", "MZ05", "2026-01-01")
    drawing.paid("d1", "h1", "MZ01", "2026-09", amount=60000)
    drawing.paid("d2", "h1", "MZ01", "2026-10", amount=60000)
    drawing.qualifies("h1", "MZ01")
    drawing.qualifies("h2", "MZ01", 10000)
    drawing.qualifies("p5", "MZ16", 30000)
    return drawing


@pytest.fixture
def stores() -> Iterator[list[KgliteStore]]:
    opened: list[KgliteStore] = []
    yield opened
    for store in opened:
        store.close()


def facts_of(
    drawing: Drawing, folder: Path, stores: list[KgliteStore], unknown: int = 0
) -> FigureFacts:
    drawing.pair_everything()
    store = drawing.store(folder)
    stores.append(store)
    found = find(store, questions(CORE), {"as_of": AS_OF}, CHECKED)
    return FigureFacts(store, found.frame, UNDECIDED, CHECKED, AS_OF, "R1", unknown)


def test_the_registry_names_its_figures_in_both_languages() -> None:
    assert list(REGISTRY) == ["covered", "suspected_gaps", "suspected_overpaid"]
    for figure in REGISTRY.values():
        assert set(figure.label) == set(figure.definition) == {"zh", "en"}
        assert figure.label["zh"].startswith(("疑似", "在保"))


def test_covered_counts_each_person_once(tmp_path: Path, stores: list[KgliteStore]) -> None:
    measured = measure("covered", facts_of(county(), tmp_path, stores))
    assert (measured.whole.numerator, measured.whole.denominator) == (3, 5)  # p1 p2 p3
    assert (measured.whole.value, measured.whole.mark) == ("0.60000", "small_base")
    assert (measured.as_of, measured.run) == ("2026-10-31", "R1")
    assert measured.beside == {
        "paid_last_month": 2,
        "identities": 1,
        "undetermined": 1,
        "conflict": 1,
    }


def test_covered_leaves_out_the_dead_above_and_below(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    drawing = county()
    drawing.died("p2", "2026-10-31")
    drawing.counted("p1", counts=None)
    measured = measure("covered", facts_of(drawing, tmp_path, stores))
    assert (measured.whole.numerator, measured.whole.denominator) == (2, 4)


def test_rows_by_township_and_programme(tmp_path: Path, stores: list[KgliteStore]) -> None:
    measured = measure("covered", facts_of(county(), tmp_path, stores))
    assert [(c.of, c.numerator, c.denominator) for c in measured.townships] == [
        ("330382101", 3, 4),
        ("330382102", 0, 1),
    ]
    assert [(c.of, c.numerator) for c in measured.programmes] == [
        ("MZ01", 2),
        ("MZ03", 2),
        ("MZ05", 1),
    ]


def test_gaps_stand_beside_those_who_receive(tmp_path: Path, stores: list[KgliteStore]) -> None:
    facts = facts_of(county(), tmp_path, stores, unknown=7)
    measured = measure("suspected_gaps", facts)
    assert (measured.whole.numerator, measured.whole.denominator) == (2, 3)
    assert measured.whole.value == "0.6667"
    assert measured.beside == {
        "households": 2,
        "undetermined": 2,
        "conflict": 1,
        "receipt_not_known": 7,
    }
    assert measured.townships == (
        Cell("330382101", 1, 2, "0.5000", "small_base", None, "500.0"),
        Cell("330382102", 1, 1, "1.0000", "small_base", None, "1000.0"),
    )


def test_a_late_application_is_no_gap_of_the_figure(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    drawing = county()
    late = {"accepted_on": date(2026, 8, 1), "due_on": date(2026, 9, 1)}
    drawing.applied("a1", "h2", "MZ01", **late)
    facts = facts_of(drawing, tmp_path, stores)
    assert "application_overdue" in facts.findings["question"].to_list()
    assert measure("suspected_gaps", facts).whole.numerator == 1


def test_townships_with_a_base_are_ranked_by_gaps_per_thousand_households(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    drawing = Drawing()
    for at in range(60):
        town = "330382101" if at < 30 else "330382102"
        drawing.household(f"h{at}", f"p{at}", region=town)
        drawing.qualifies(f"h{at}", "MZ01")
        if at % 3 == 0 or at == 31:
            drawing.enrolled(f"h{at}", "MZ01", "2026-01-01")
    measured = measure("suspected_gaps", facts_of(drawing, tmp_path, stores))
    assert measured.townships == (
        Cell("330382101", 20, 30, "0.6667", None, 1, "666.7"),
        Cell("330382102", 19, 30, "0.6333", None, 2, "633.3"),
    )


@pytest.mark.parametrize(
    ("said", "numerator"),
    [
        ({}, 2),
        ({"conclusion": "refuted"}, 1),
        ({"disposal": "waived"}, 1),
        ({"cleared_at": "2026-11-01T00:00:00.000000Z"}, 1),
        ({"conclusion": "confirmed"}, 2),
        ({"conclusion": None}, 2),
    ],
)
def test_a_gap_that_was_refuted_or_waived_counts_no_more(
    said: dict[str, str | None], numerator: int, tmp_path: Path, stores: list[KgliteStore]
) -> None:
    facts = facts_of(county(), tmp_path, stores)
    first = pl.col("unit_id") == "h2"
    told = facts.findings.with_columns(
        pl.when(first).then(pl.lit(value, dtype=pl.String)).alias(name)
        for name, value in said.items()
    )
    facts = FigureFacts(facts.store, told, UNDECIDED, CHECKED, AS_OF)
    assert measure("suspected_gaps", facts).whole.numerator == numerator


@pytest.mark.parametrize(
    ("scope", "numerator", "denominator"),
    [
        (Scope(regions=("330382101",)), 1, 2),
        (Scope(regions=("330382",)), 2, 3),
        (Scope(regions=("3301",)), 0, 0),
        (Scope(programmes=("MZ16",)), 1, 1),
        (Scope(("330382101",), ("MZ16",)), 0, 0),
    ],
)
def test_a_scope_cuts_above_and_below(
    scope: Scope, numerator: int, denominator: int, tmp_path: Path, stores: list[KgliteStore]
) -> None:
    whole = measure("suspected_gaps", facts_of(county(), tmp_path, stores), scope).whole
    assert (whole.numerator, whole.denominator) == (numerator, denominator)
    assert whole.mark == ("small_base" if denominator else "not_applicable")


def test_excess_counts_each_payment_once_and_only_of_the_last_year(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    drawing = county()
    drawing.paid("e1", "p1", "MZ16", "2026-05", amount=30000)
    drawing.paid("e2", "p1", "MZ16", "2026-05", amount=10000)
    drawing.paid("e3", "p1", "MZ16", "2025-05", amount=30000)
    drawing.paid("e4", "p1", "MZ16", "2025-05", amount=7000)
    drawing.excludes("MZ03", "MZ16")
    drawing.enrolled("p1", "MZ16", "2026-01-01")
    drawing.served("s1", "p1", "haircut", "2026-09-09", "a")
    drawing.served("s2", "p1", "haircut", "2026-09-09", "b")
    measured = measure("suspected_overpaid", facts_of(drawing, tmp_path, stores))
    # Both payments of May under the exclusion, one of them again as a double payment.
    assert (measured.whole.numerator, measured.whole.denominator) == (40000, 40000)
    assert measured.beside == {"older": 7000, "confirmed": 0}
    assert [(c.of, c.numerator) for c in measured.programmes] == [("MZ16", 40000)]


def test_what_other_regions_paid_is_neither_excess_nor_paid_here(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    drawing = county()
    drawing.places((TOWN, "330382"), ("330382", "33"), ("330302", "33"))
    drawing.enrolled("p1", "MZ16", "2026-01-01")
    drawing.enrolled("p1", "MZ16", "2026-01-01", aid_region="330302")
    drawing.excludes("MZ03", "MZ16")
    drawing.paid("e1", "p1", "MZ16", "2026-05", amount=30000)
    drawing.paid("e2", "p1", "MZ16", "2026-06", amount=7000, aid_region="330302")
    drawing.paid("e3", "p1", "MZ16", "2026-07", amount=5000, aid_region="330382")
    facts = facts_of(drawing, tmp_path, stores)
    cited = facts.findings.filter(pl.col("severity") == "hard")["excess"].explode().unique()
    assert cited.drop_nulls().sort().to_list() == ["e1", "e2", "e3"]
    measured = measure("suspected_overpaid", facts)
    assert (measured.whole.numerator, measured.whole.denominator) == (35000, 35000)
    month = Month(AS_OF, pl.DataFrame(), {})
    (point,) = trend("suspected_overpaid", replace(facts, months=(month,)))
    assert (point.numerator, point.denominator) == (35000, 35000)


def test_nothing_cited_is_not_applicable_and_no_data_is_no_data(
    tmp_path: Path, stores: list[KgliteStore]
) -> None:
    facts = facts_of(county(), tmp_path, stores)
    assert measure("suspected_overpaid", facts).whole.mark == "not_applicable"
    blind = FigureFacts(
        facts.store, facts.findings, UNDECIDED, Checked(frozenset(), (), REGIONS), AS_OF
    )
    measured = measure("suspected_overpaid", blind)
    assert measured.whole == Cell(None, None, None, None, "no_data")
    assert measured.lacks == ("disbursement",)


def test_quotients_are_rounded_once_half_up() -> None:
    assert ratio(1, 8, 2) == "0.13"
    assert ratio(2, 3, 4) == "0.6667"
    assert ratio(0, 7, 4) == "0.0000"
