"""Rows about relatives are told to the roles that may read what they say, as of everyone."""

from typing import Any

import pytest

from api.reasons import criterion
from audit.users import Scope, User

ROWS = [
    {"source": source, "file": "f.csv", "sheet": None, "row": 2, "sensitivity": sensitivity}
    for source, sensitivity in (
        ("household_register", None),
        ("deaths", "death"),
        ("prison_terms", "judicial"),
        ("disability_certificates", "health"),
    )
]
OF_FATHER: dict[str, Any] = {
    "truth": True,
    "name": "father_able_to_raise",
    "value": "sentence of six months or more",
    "inputs": [{"name": "father_able_to_raise", "value": "x", "sensitivity": "family"}],
    "records": ROWS,
    "parts": [],
    "withheld": False,
}


@pytest.mark.parametrize(
    ("role", "sources"),
    [
        ("aid_section", [row["source"] for row in ROWS]),
        ("handler", ["household_register", "deaths", "disability_certificates"]),
        ("leader", ["household_register", "deaths"]),
        ("village", ["household_register", "deaths"]),
        ("integrator", []),
    ],
)
def test_a_role_reads_the_rows_whose_class_it_sees(role: str, sources: list[str]) -> None:
    scope = Scope(User("u", "u", "u", role, None, ()), None)
    told = criterion(scope, OF_FATHER, {})
    assert [row["source"] for row in told["records"]] == sources
    assert told["withheld"] is (role == "integrator")
