"""Numbers beside limits in the graph: exact, with intervals and ratios."""
# ruff: noqa: ANN401 - operators and expectations are plain literals

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from ontology.errors import UnsupportedError
from ontology.expression import (
    Expression,
    Not,
    OneOf,
)
from ontology.to_cypher import to_cypher
from ontology.to_frame import Frames
from tests.ontology.asked import answers, asking, fill, limit, of_households
from tests.ontology.small import (
    DAY,
    ITEMS,
    SmallPack,
    indicator,
    item,
    small_pack,
)

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore

TOTAL = indicator("total", "household", "decimal", "SUM(member.income)", scale=100)
SHARE = indicator("share", "household", "decimal", ("SUM(member.income)", "COUNT(member)"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(limit("<", "10"), [True, False, False, None], id="lower is not equal"),
        pytest.param(limit("<=", "10"), [True, True, False, None], id="at most"),
        pytest.param(limit(">", "10"), [False, False, True, None], id="above"),
        pytest.param(limit(">=", "10"), [False, True, True, None], id="at least"),
        pytest.param(limit("=", "10"), [False, True, False, None], id="equal"),
        pytest.param(limit("<", "9.995"), [True, False, False, None], id="between two fen"),
        pytest.param(limit("<=", "9.995"), [True, False, False, None], id="at most, between"),
        pytest.param(limit(">", "9.995"), [False, True, True, None], id="above, between"),
        pytest.param(limit(">=", "9.995"), [False, True, True, None], id="at least, between"),
        pytest.param(limit("=", "9.995"), [False, False, False, None], id="never equal"),
        pytest.param(
            OneOf("savings", (Decimal("9.99"), Decimal(11))), [True, False, False, None], id="list"
        ),
        pytest.param(
            OneOf("savings", (Decimal("9.995"), Decimal("10.01"))),
            [False, False, True, None],
            id="list with a value between",
        ),
        pytest.param(Not(limit("<", "10")), [False, True, True, None], id="not"),
    ],
)
def test_a_number_beside_a_limit(
    store: GraphStore, expression: Expression, expected: list[bool | None]
) -> None:
    assert of_households(store, expression, {"savings": [999, 1000, 1001, None]}) == expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("<", [True, None, False, False, None, None, None, True]),
        ("<=", [True, True, None, False, True, None, None, True]),
        (">", [False, False, None, True, False, None, None, False]),
        (">=", [False, None, True, True, None, None, None, False]),
        ("=", [False, None, None, False, None, None, None, False]),
    ],
)
def test_an_interval_is_decided_when_both_ends_agree(
    store: GraphStore, operator: Any, expected: Any
) -> None:
    columns: dict[str, list[int | None]] = {
        "total": [None, None, None, None, None, None, None, 999],
        "total__low": [100, 900, 1000, 1100, None, 900, None, None],
        "total__high": [999, 1000, 1001, 1200, 1000, None, None, None],
    }
    assert of_households(store, limit(operator, "10", "total"), columns, (TOTAL,)) == expected


def test_an_interval_of_one_value_equals_it(store: GraphStore) -> None:
    columns: dict[str, list[int | None]] = {
        "total": [1000, None, None],
        "total__low": [1000, 999, None],
        "total__high": [1000, 1001, 999],
    }
    equal = {
        value: of_households(store, limit("=", value, "total"), columns, (TOTAL,))
        for value in ("10", "9.995")
    }
    assert equal == {"10": [True, None, False], "9.995": [False, None, False]}
    listed = OneOf("total", (Decimal(10), Decimal("9.995")))
    assert of_households(store, listed, columns, (TOTAL,)) == [True, None, False]


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("<", [True, False, False, False, False, None, None]),
        ("<=", [True, True, False, True, False, None, None]),
        (">", [False, False, True, False, True, None, None]),
        (">=", [False, True, True, True, True, None, None]),
        ("=", [False, True, False, True, False, None, None]),
    ],
)
@pytest.mark.parametrize("parts", [("savings", "spent"), ("SUM(member.income)", "spent")])
def test_a_ratio_is_multiplied_across_zero_included(
    store: GraphStore, parts: tuple[str, str], operator: Any, expected: Any
) -> None:
    rate = indicator("rate", "household", "decimal", parts)
    columns: dict[str, list[int | None]] = {
        "rate__num": [149, 150, 151, 0, 5, None, 3],
        "rate__den": [100, 100, 100, 0, 0, 100, None],
    }
    pack = small_pack([rate], [asking(limit(operator, "1.5", "rate"), "household")], items=RATED)
    assert of_rated(store, pack, columns) == expected


RATED = (*ITEMS, item("spent", "household", "decimal", scale=100))


def of_rated(
    store: GraphStore, pack: SmallPack, columns: dict[str, list[int | None]]
) -> list[bool | None]:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({"id": [f"h{i}" for i in range(height)], **columns})
    fill(store, pack, Frames({"household": frame}, {}))
    return list(answers(store, pack, "asked").values())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (limit("<", "15", "share"), [True, None, None, True, None]),
        (limit("<=", "10", "share"), [True, None, False, True, None]),
        (limit(">=", "10", "share"), [None, None, True, None, None]),
        (limit(">", "30", "share"), [False, False, False, False, None]),
        (limit("=", "30", "share"), [False, False, False, False, None]),
        (limit("=", "20", "share"), [False, None, None, False, None]),
        (limit("<", "-1", "share"), [False, False, False, None, None]),
        (limit(">=", "-20", "share"), [True, True, True, None, None]),
    ],
)
def test_a_ratio_of_intervals_is_decided_when_all_corners_agree(
    store: GraphStore, expression: Expression, expected: list[bool | None]
) -> None:
    columns: dict[str, list[int | None]] = {
        "share__num__low": [10, 10, 40, None, 40],
        "share__num__high": [20, 40, 50, 20, 20],
        "share__den__low": [2, 2, 2, 2, None],
        "share__den__high": [3, 3, 3, 3, None],
    }
    assert of_households(store, expression, columns, (SHARE,)) == expected


def test_a_limit_below_zero_turns_the_ends(store: GraphStore) -> None:
    columns: dict[str, list[int | None]] = {
        "share__num": [-61, -60, -50, -40, -39, None],
        "share__den__low": [2] * 6,
        "share__den__high": [3] * 6,
    }
    said = {
        operator: of_households(store, limit(operator, "-20", "share"), columns, (SHARE,))
        for operator in ("<", ">=", "=")
    }
    assert said == {
        "<": [True, None, None, False, False, None],
        ">=": [False, None, None, True, True, None],
        "=": [False, None, None, None, False, None],
    }


def test_equal_intervals_of_one_value_are_equal(store: GraphStore) -> None:
    columns: dict[str, list[int | None]] = {
        "share__num": [40, None, 40],
        "share__num__low": [None, 40, None],
        "share__num__high": [None, 40, None],
        "share__den": [2, 2, None],
        "share__den__low": [None, None, 1],
        "share__den__high": [None, None, 2],
    }
    equal = limit("=", "20", "share")
    assert of_households(store, equal, columns, (SHARE,)) == [True, True, None]


def test_a_product_that_could_pass_64_bits_is_refused() -> None:
    fine = indicator("fine", "household", "decimal", ("savings", "1"))
    sides = {"1": None, "1.5": None, "0.5": None}
    for value in sides:
        to_cypher(
            small_pack([fine], [asking(limit("<", value, "fine"), "household")]), "asked", DAY
        )
    for value in ("1.00000000000001", "99999999999999999999"):
        pack = small_pack([fine], [asking(limit("<", value, "fine"), "household")])
        with pytest.raises(UnsupportedError, match=r"more than 64 bits\. Lower ag:greatest"):
            to_cypher(pack, "asked", DAY)
    pack = small_pack(classes=[asking(limit("<", "9" * 20), "household")])
    with pytest.raises(UnsupportedError, match="it passes 64 bits"):
        to_cypher(pack, "asked", DAY)


def test_the_product_at_the_edge_of_64_bits_is_exact(store: GraphStore) -> None:
    top = (2**63 - 1) // 3
    few = item("few", "household", "integer")
    most = item("most", "household", "integer", greatest=Decimal(top))
    ratio = indicator("rate", "household", "decimal", ("few", "most"))
    asked = asking(limit("<", "3", "rate"), "household")
    pack = small_pack([ratio], [asked], items=(few, most))
    columns: dict[str, list[int | None]] = {
        "rate__num": [3 * top - 1, 3 * top, None],
        "rate__den": [top, top, top],
    }
    assert of_rated(store, pack, columns) == [True, False, None]
    above = item("most", "household", "integer", greatest=Decimal(top + 1))
    with pytest.raises(UnsupportedError, match="rate__den"):
        to_cypher(small_pack([ratio], [asked], items=(few, above)), "asked", DAY)
