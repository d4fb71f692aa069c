"""Every route has a rule, and nobody sees more than his role, places and departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from api.access import ANYONE, RULES
from api.main import RESOURCES, create_app
from audit.users import add_key, disable
from tests.api.county import EAST, WEST, finding

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import SignIn
    from tests.api.county import County

WHY = {"purpose": "核查低保申请"}
PATHS = {
    "{programme}": "MZ01",
    "{figure}": "covered",
    "{finding}": "F1",
    "{household}": "H1",
    "{instruction}": "x",
    "{assignment}": "x",
    "{action}": "close",
}


def routes() -> list[tuple[str, str]]:
    """Every method and path that the routers answer."""
    return [
        (method, route.path)
        for resource in RESOURCES
        for route in resource.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]


def test_every_route_has_an_access_rule_and_every_rule_a_route() -> None:
    assert sorted(f"{method} {path}" for method, path in routes()) == sorted(RULES)


def test_the_description_names_no_other_route(here: County) -> None:
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in here.app.openapi()["paths"].items()
        for method in methods
    }
    assert described == set(RULES)
    assert here.app.openapi()["openapi"].startswith("3.1")


def test_a_route_without_a_rule_answers_nobody(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RULES, "GET /me")
    assert sign_in("leader").get("/me").status_code == 404


@pytest.mark.parametrize(("method", "path"), [r for r in routes() if RULES[" ".join(r)] != ANYONE])
def test_nothing_is_told_to_strangers(anonymous: TestClient, method: str, path: str) -> None:
    for word, value in PATHS.items():
        path = path.replace(word, value)
    for headers in ({}, {"Authorization": "Bearer ag_guess"}, {"Cookie": "aidgraph_session=x"}):
        answer = anonymous.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("login", "findings", "total", "money"),
    [
        ("leader", ["F4", "F1", "F2", "F3"], 4, "2436.00"),
        ("east", ["F4", "F1", "F2"], 3, "1624.00"),
        ("west", ["F3"], 1, "812.00"),
        ("civil", ["F4", "F1", "F2"], 3, "1624.00"),
        ("federation", ["F3"], 1, "812.00"),
        ("auditor", ["F4", "F1", "F2", "F3"], 4, "2436.00"),
    ],
)
def test_rows_counts_and_sums_are_cut_alike(
    sign_in: SignIn, login: str, findings: list[str], total: int, money: str
) -> None:
    told = sign_in(login).get("/findings").json()
    assert [row["id"] for row in told["items"]] == findings
    assert (told["total"], told["money"]) == (total, money)


@pytest.mark.parametrize("login", ["editor", "admin"])
def test_some_roles_see_no_rows_at_all(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    for path in ("/findings", "/findings/F1", "/households/H1?purpose=核查情况", "/instructions"):
        assert client.get(path).status_code == 403
    assert "leader" in client.get("/findings").json()["known"]


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("west", "/findings/F1"),
        ("federation", "/findings/F1"),
        ("west", "/households/H1"),
        ("west", "/households/H1/payments"),
        ("west", "/households/H1/neighbourhood"),
        ("federation", "/households/H2"),
    ],
)
def test_forbidden_and_unknown_look_the_same(sign_in: SignIn, login: str, path: str) -> None:
    client = sign_in(login)
    why = WHY if "households" in path else {}
    forbidden = client.get(path, params=why)
    unknown = client.get(
        path.replace("F1", "F0").replace("H1", "H9").replace("H2", "H9"), params=why
    )
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.json() == unknown.json()


def test_a_department_opens_households_it_serves(sign_in: SignIn) -> None:
    client = sign_in("federation")
    assert client.get("/households/H3", params=WHY).status_code == 200  # enrolled in its MZ16
    assert sign_in("civil").get("/households/H1", params=WHY).status_code == 200  # its finding


def test_a_department_sees_its_own_programmes_and_payments(sign_in: SignIn) -> None:
    told = sign_in("civil").get("/households/H1", params=WHY).json()
    assert [one["programme"] for one in told["programmes"]] == ["MZ01"]
    assert told["persons"] == {"P1": []}
    paid = sign_in("civil").get("/households/H1/payments", params=WHY).json()
    assert [one["programme"] for one in paid["items"]] == ["MZ01"]
    everything = sign_in("leader").get("/households/H1/payments", params=WHY).json()
    assert [one["programme"] for one in everything["items"]] == ["MZ01", "MZ16"]


def test_the_graph_ends_where_the_scope_ends(sign_in: SignIn) -> None:
    def around(login: str) -> set[str]:
        told = sign_in(login).get("/households/H1/neighbourhood", params=WHY).json()
        ends = {end for edge in told["edges"] for end in (edge["source"], edge["target"])}
        assert ends <= {node["id"] for node in told["nodes"]}
        return {node["id"] for node in told["nodes"]}

    assert around("leader") == {"H1", "P1", "P2", "P3", "H3", "MZ01"}
    assert around("east") == {"H1", "P1", "P2", "MZ01"}


@pytest.mark.parametrize(
    ("login", "income", "free"),
    [
        ("civil", ("980.00", True, False), (None, True, True)),
        ("leader", (None, True, True), (None, None, True)),
        ("village", (None, None, True), (None, None, True)),
    ],
)
def test_a_role_reads_the_value_the_truth_or_nothing(
    sign_in: SignIn,
    login: str,
    income: tuple[str | None, bool | None, bool],
    free: tuple[str | None, bool | None, bool],
) -> None:
    told = sign_in(login).get("/households/H1", params=WHY).json()
    reasons = told["programmes"][0]
    read = [(one["value"], one["truth"], one["withheld"]) for one in reasons["tree"]["parts"]]
    assert read == [income, free]
    assert reasons["tree"]["parts"][0]["inputs"][0]["value"] == income[0]
    assert (reasons["near_miss"] is not None) == (income[0] is not None)
    told_of = [name for name, one in (("income_low", income), ("free", free)) if one[1] is not None]
    assert [one["criterion"] for one in reasons["counterfactuals"]] == told_of


def test_small_counts_are_not_told_to_those_who_see_no_rows(sign_in: SignIn) -> None:
    told = sign_in("editor").get("/figures/suspected_gaps").json()
    assert (told["numerator"], told["value"], told["mark"]) == (None, None, "suppressed")
    counts = sign_in("editor").get("/programmes/MZ01").json()["counts"]
    assert counts["eligible"] is None
    assert {row["mark"] for row in told["rows"]} == {"suppressed"}
    assert sign_in("leader").get("/figures/suspected_gaps").json()["numerator"] == 3


def test_a_lone_suppressed_cell_takes_another_with_it(here: County, sign_in: SignIn) -> None:
    rows = [finding(f"E{n}", f"H1{n}", EAST) for n in range(7)]
    here.run_again([*rows, finding("W1", "H3", WEST)])
    told = sign_in("editor").get("/figures/suspected_gaps").json()
    assert told["numerator"] == 8
    assert [row["numerator"] for row in told["rows"]] == [None, None]


@pytest.mark.parametrize(
    ("login", "numerator"), [("leader", 3), ("east", 2), ("west", 1), ("federation", 1)]
)
def test_figures_are_measured_within_the_scope(sign_in: SignIn, login: str, numerator: int) -> None:
    told = sign_in(login).get("/figures/suspected_gaps").json()
    assert told["numerator"] == numerator
    assert sum(row["numerator"] for row in told["rows"]) == numerator


def test_a_filter_outside_the_scope_measures_nothing_rather_than_all(sign_in: SignIn) -> None:
    told = sign_in("east").get("/figures/suspected_gaps", params={"region": WEST}).json()
    assert (told["numerator"], told["mark"]) == (None, "not_applicable")
    other = sign_in("federation").get("/figures/suspected_gaps", params={"programme": "MZ01"})
    assert other.json()["mark"] == "not_applicable"
    assert sign_in("east").get("/findings", params={"region": WEST}).json()["total"] == 0


def test_regions_are_those_of_the_scope(sign_in: SignIn) -> None:
    items = sign_in("east").get("/regions").json()["items"]
    assert [one["code"] for one in items] == [EAST]


def test_a_key_works_like_a_session_and_ends_with_its_user(
    here: County, anonymous: TestClient
) -> None:
    key = add_key(here.records, "east", "integrator")
    headers = {"Authorization": f"Bearer {key}"}
    assert anonymous.get("/findings", headers=headers).json()["total"] == 3
    disable(here.records, "east")
    assert anonymous.get("/findings", headers=headers).status_code == 401


def test_more_can_be_mounted_beside_the_interface(here: County) -> None:
    seen = []
    create_app(here.service, also=lambda app: seen.append(app.title))
    assert seen == ["AidGraph"]
