"""What was known on the day of a refusal, over HTTP: journalled, within the scope, by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.test_households import WHY, read

if TYPE_CHECKING:
    from tests.api.conftest import SignIn

PATH = "/households/H1/decided-then"


def told(sign_in: SignIn, login: str, **asked: str) -> dict[str, Any]:
    answer = sign_in(login).get(PATH, params={**WHY, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_refusal_is_told_with_its_trees_and_journalled(sign_in: SignIn) -> None:
    found = told(sign_in, "leader", programme="MZ01")
    assert (found["day"], found["application"]["programme_label"]) == ("2026-03-02", "项目MZ01")
    assert found["then"]["tree"]["parts"][0]["standards"][0]["file"] == "standards/assumed.csv"
    assert found["purpose"] == WHY["purpose"]
    assert read(sign_in("auditor"))[-1] == ("leader", "decided-then", "H1", WHY["purpose"])


def test_each_difference_is_told_as_far_as_the_role_sees_the_value(sign_in: SignIn) -> None:
    shown = {"income_low": ("income_low (now: 1)", "1"), "std.db": ("std.db (now: 1)", "1")}
    for login, expected in (
        ("leader", shown | {"income_low": ("income_low", None)}),
        ("civil", shown | {"free": ("free", None)}),
    ):
        lines = told(sign_in, login)["differences"]
        assert {one["name"]: (one["says"], one["now"]) for one in lines} == expected
        assert all((one["rows"] == []) == one["withheld"] for one in lines)


@pytest.mark.parametrize(
    ("login", "path", "asked"),
    [
        ("leader", PATH, {"programme": "MZ18"}),
        ("leader", PATH, {"unit": "H2"}),
        ("leader", PATH, {"application": "9"}),
        ("leader", "/households/H9/decided-then", {}),
        ("west", PATH, {}),
        ("civil", PATH, {"programme": "MZ16"}),
    ],
    ids=["nothing refused", "another's", "another's number", "nobody", "elsewhere", "not theirs"],
)
def test_what_is_not_there_or_not_theirs_is_not_found(
    sign_in: SignIn, login: str, path: str, asked: dict[str, str]
) -> None:
    assert sign_in(login).get(path, params={**WHY, **asked}).status_code == 404


def test_nothing_is_shown_without_a_purpose(sign_in: SignIn) -> None:
    assert sign_in("leader").get(PATH).status_code == 400
