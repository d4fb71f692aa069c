"""Which records a formula looks at, by their months alone."""

from datetime import date

import pytest

from matching.moments import in_time
from ontology.formula import parse
from ontology.formula_tree import Aggregate
from ontology.vocabulary import Item, Kind, Vocabulary

AS_OF = date(2026, 10, 31)
LABEL = {"zh": "x", "en": "x"}
WORDS = Vocabulary(
    items={
        "month": Item(name="month", unit_of="earning", datatype="date", label=LABEL),
        "gift": Item(name="gift", unit_of="earning", datatype="boolean", label=LABEL),
    },
    kinds={"earning": Kind(name="earning", owner="person", label=LABEL)},
)
YEAR = "MONTHS_SINCE(earning.month) >= 0 AND MONTHS_SINCE(earning.month) <= 11"


@pytest.mark.parametrize(
    ("where", "month", "truth"),
    [
        ("MONTHS_SINCE(earning.month) = 0", date(2026, 10, 1), True),
        ("MONTHS_SINCE(earning.month) = 0", date(2026, 9, 30), False),
        ("MONTHS_SINCE(earning.month) = 0", None, None),
        (YEAR, date(2025, 11, 1), True),
        (YEAR, date(2025, 10, 31), False),
        (YEAR, date(2026, 11, 1), False),
        (f"NOT earning.gift AND {YEAR}", date(2025, 10, 1), False),
        (f"NOT earning.gift AND {YEAR}", date(2026, 1, 1), None),
        (f"earning.gift OR {YEAR}", date(2026, 1, 1), True),
        (f"earning.gift OR {YEAR}", date(2025, 1, 1), None),
        (f"NOT ({YEAR})", date(2026, 1, 1), False),
        ("NOT earning.gift", date(2026, 1, 1), None),
    ],
)
def test_only_the_months_decide(where: str, month: date | None, *, truth: bool | None) -> None:
    made = parse(f"COUNT(earning) FILTER (WHERE {where})", WORDS, "person").root
    assert isinstance(made, Aggregate)
    assert in_time(made.where, {"month": month, "gift": True}, AS_OF) is truth
