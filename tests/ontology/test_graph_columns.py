"""What a graph carries so that criteria can be asked of it."""

from __future__ import annotations

import pytest

from ontology.expression import (
    AllOf,
    AnyOf,
    Is,
    Named,
    Not,
    Received,
    Some,
)
from ontology.graph_columns import graph_columns, may_be_interval
from ontology.plan import plan
from tests.ontology.asked import asking, limit
from tests.ontology.small import (
    ITEMS,
    indicator,
    item,
    small_pack,
    version,
)

RURAL = Is("rural", value=True)
STUDENT = Is("student", value=True)
TOTAL = indicator("total", "household", "decimal", "SUM(member.income)", scale=100)
SHARE = indicator("share", "household", "decimal", ("SUM(member.income)", "COUNT(member)"))


def test_the_graph_holds_what_classes_read_and_no_more() -> None:
    pack = small_pack(
        [TOTAL, SHARE],
        [
            version("poor", "household", AllOf((limit("<", "1", "total"), Received("HS01")))),
            version("kept", "person", AllOf((STUDENT, Is("number", value=True)))),
            asking(Some("has_member", AllOf((Named("kept"), Received("HS02")))), "household"),
            version(
                "on",
                "person",
                Some("member_of", AnyOf((Named("poor"), Not(limit("<", "1", "share"))))),
            ),
        ],
        programmes={"poor": "MZ01"},
        items=(*ITEMS, item("number", "person", "boolean", sensitivity="identity")),
    )
    assert graph_columns(pack) == {
        "household": (
            *("enrolled_MZ01", "received_HS01", "roster_closed", "share__den", "share__den__high"),
            *("share__den__low", "share__num", "share__num__high", "share__num__low", "total"),
            *("total__high", "total__low"),
        ),
        "person": ("received_HS02", "student"),
    }


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("savings", False),
        ("COUNT(member)", True),
        ("SUM(member.income)", True),
        ("MAX(member.income)", False),
        ("AT_LEAST(savings, 0)", True),
        ("savings + SUM(member.income)", True),
        ("CASE WHEN COUNT(member) > 1 THEN savings ELSE 0 END", False),
        ("CASE WHEN rural THEN savings ELSE SUM(member.income) END", True),
        ("GREATEST(savings, total)", True),
        ("GREATEST(savings, 0)", False),
    ],
)
def test_only_counts_and_sums_have_two_ends(formula: str, *, expected: bool) -> None:
    x = indicator("x", "household", "decimal", formula, scale=100)
    assert may_be_interval("x", plan(small_pack([x, TOTAL]))) is expected
