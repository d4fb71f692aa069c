"""Candidate edges lose nothing: the naive question over all payments gives the same rows."""

from __future__ import annotations

import random
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest

from cypher.question import CORE, questions
from graph_loader.candidates import candidates
from ontology.tables import CompatibilityRule
from tests.cypher.drawn import AS_OF, TOWN, Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph_loader.stores.kglite import KgliteStore
    from ontology.pack import Pack

RULES = (
    CompatibilityRule("MZ03", "MZ16", "exclude", "person", "month", "A-1"),
    CompatibilityRule("MZ03", "MZ01", "exclude", "household", "month", "A-2"),
    CompatibilityRule("YB01", "MZ16", "person_chooses", "person", "year", "A-3"),
    CompatibilityRule("MZ01", "MZ16", "stack", "person", "month", "A-4"),
    CompatibilityRule("MZ17", "GL01", "higher", "person", "month", "A-5"),
    CompatibilityRule("MZ01", "MZ14", "top_up", "person", "month", "A-6"),
    CompatibilityRule("FL01", "FL01", "exclude", "person", "lifetime", "A-7"),
    CompatibilityRule("ZF01", "ZF01", "exclude", "case", "once", "A-8"),
    CompatibilityRule("ZJ02", "YJ03", "exclude", "dwelling", "once", "A-9"),
    CompatibilityRule("MZ01", "MZ02", "exclude", "person", "month", "A-10"),
)
UNITS = {
    "MZ01": "household",
    **dict.fromkeys(("MZ02", "MZ03", "MZ16", "YB01", "MZ17", "GL01", "MZ14"), "person"),
    **dict.fromkeys(("FL01", "ZF01", "ZJ02", "YJ03"), "person"),
}
PACK = cast(
    "Pack",
    SimpleNamespace(
        compatibility=RULES,
        programmes={name: SimpleNamespace(id=name, unit=unit) for name, unit in UNITS.items()},
    ),
)
JUDGED = (
    *("same_programme_same_month", "same_thing_same_day", "exclusive_programmes_overlap"),
    *("higher_of_two_both_paid", "top_up_not_deducted", "paid_again_though_once"),
    *("one_account_several_households", "same_payment_sent_twice", "two_regions"),
)


REGIONS: tuple[str | None, ...] = (None, None, None, "330382", "330302", "330303")


def crowded(seed: int) -> Drawing:
    """Payments and services thick enough that many coincide, with unknowns among them."""
    dice = random.Random(seed)  # noqa: S311
    drawing = Drawing()
    drawing.places((TOWN, "330382"), ("330382", "33"), ("330302", "33"), ("330303", "33"))
    for name in ("MZ02", "MZ17", "GL01", "MZ14", "FL01", "ZF01", "ZJ02", "YJ03"):
        drawing.programme(name, dice.choice(["civil_affairs", "health"]))
    for rule in RULES:
        drawing.excludes(rule.a, rule.b, rule.scope, rule.rule, period=rule.period)
    number = 0
    for at in range(22):
        members = [f"p{at}-{m}" for m in range(dice.randint(1, 2))]
        drawing.household(f"h{at}", *members)
        if at % 3 == 1:
            drawing.kin(members[0], f"p{at - 1}-0", "parent", "child")
        drawing.qualifies(members[0], "MZ14", dice.choice([0, 20000, 60000, None]))
        for unit in (f"h{at}", *members):
            for _ in range(dice.randint(1, 6)):
                number += 1
                programme = dice.choice([p for p, of in UNITS.items() if of == unit_of(unit)])
                drawing.paid(
                    *(f"d{number}", unit, programme),
                    dice.choice(["2025-12", "2026-08", "2026-09", "2026-09", None]),
                    status=dice.choice(["success", "success", "success", "returned", None]),
                    amount=dice.choice([60000, 60000, 50000, None]),
                    account=dice.choice(["a", "b", "c", f"own-{at}", f"own-{at}", None]),
                    aid_region=dice.choice(REGIONS),
                    aid_case=dice.choice(["x", "y", None]),
                    aid_dwelling=dice.choice(["x", "y", None]),
                )
        for unit, programme in (
            *((members[0], name) for name in ("MZ17", "GL01", "MZ14")),
            (f"h{at}", "MZ01"),
        ):
            amount = dice.choice([10000, 20000, 30000, None])
            drawing.paid(f"{programme}-{at}", unit, programme, "2026-10", amount=amount)
        drawing.paid(
            *(f"once-{at}", members[0], ("FL01", "ZF01", "ZJ02", "YJ03")[at % 4]),
            dice.choice(["2025-10", "2026-10"]),
            aid_case=dice.choice(["x", "y"]),
            aid_dwelling=dice.choice(["x", "y"]),
        )
        if at % 2 == 0:
            number += 1
            drawing.paid(f"d{number}", members[0], "MZ01", "2026-09", account=f"own-{at}")
            drawing.paid(f"d{number}h", f"h{at}", "MZ01", "2026-09", account=f"own-{at}")
        for _ in range(dice.randint(0, 5)):
            number += 1
            day = dice.choice(["2026-09-09", "2026-09-10", None])
            thing = dice.choice(["haircut", "haircut", None])
            drawing.served(f"d{number}", members[0], thing, day, dice.choice("abc"))
    return drawing


def unit_of(unit: str) -> str:
    return "household" if unit.startswith("h") else "person"


def payments(drawing: Drawing) -> pl.DataFrame:
    """The disbursements with the columns that projection gives them."""
    rows = [
        {
            **row,
            "unit": drawing.label(row["unit_id"]).lower(),
            "household": drawing.home(row["unit_id"]),
        }
        for row in drawing.nodes["Disbursement"].values()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def with_candidates(drawing: Drawing) -> Drawing:
    """The drawing with the pairs that columns find."""
    for (start, verb, end), frame in candidates(payments(drawing).lazy(), PACK).items():
        for row in frame.iter_rows(named=True):
            drawing.edge(start, verb, end, row["from"], row["to"], how=row["how"])
    return drawing


@pytest.fixture(scope="module", params=[1, 2])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[KgliteStore, KgliteStore]]:
    """One crowded county with the candidates alone, and with every payment beside every other."""
    few = with_candidates(crowded(request.param)).store(tmp_path_factory.mktemp("few"))
    everything = crowded(request.param)
    everything.pair_everything()
    naive = everything.store(tmp_path_factory.mktemp("all"))
    yield few, naive
    few.close()
    naive.close()


@pytest.mark.parametrize("name", JUDGED)
def test_candidates_and_all_pairs_give_the_same_rows(
    name: str, both: tuple[KgliteStore, KgliteStore]
) -> None:
    question = questions(CORE)[name]
    given = {"as_of": AS_OF} if question.parameters else {}
    few, naive = both
    found = few.read(question.text, given)
    assert found == naive.read(question.text, given)
    assert found


def many(number: int) -> pl.DataFrame:
    """So many payments of each of two programmes to one person, one month, one account each."""
    day = date(2026, 9, 1)
    same = {"unit": "person", "unit_id": "p", "for_month": day, "amount": 100, "account": "a"}
    rows = [
        {
            **same,
            "id": f"{programme}-{at:05}",
            "programme": programme,
            "household": f"h{at % 4}",
            "thing": "meal",
            "provided_on": day,
            "status": "success" if at else "returned",
        }
        for programme in ("MZ03", "MZ16")
        for at in range(number)
    ]
    return pl.DataFrame(rows)


def test_a_key_of_thousands_makes_no_millions_of_pairs() -> None:
    (edges,) = candidates(many(5000).lazy(), PACK).values()
    counts = dict(edges.group_by("how").len().iter_rows())
    assert counts == {"same_month": 9998, "same_day": 9999, "exclusive": 5000, "one_account": 3}
    exclusive = edges.filter(pl.col("how") == "exclusive")
    assert exclusive["from"].unique().to_list() == ["MZ03-00001"]


def test_a_large_key_is_still_found(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.excludes("MZ03", "MZ16")
    drawing.household("h", "p")
    for at in range(60):
        for programme in ("MZ03", "MZ16"):
            drawing.paid(f"{programme}-{at:02}", "p", programme, "2026-09", amount=100)
    store = with_candidates(drawing).store(tmp_path)
    doubled = store.read(questions(CORE)["same_programme_same_month"].text)
    (overlap,) = store.read(questions(CORE)["exclusive_programmes_overlap"].text, {"as_of": AS_OF})
    store.close()
    assert [(row["programme"], row["money"]) for row in doubled] == [("MZ03", 5900), ("MZ16", 5900)]
    assert (overlap["programme"], overlap["money"]) == ("MZ16", 6000)
