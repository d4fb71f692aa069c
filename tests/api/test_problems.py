"""Errors name the fact and the way out, and an unknown word is never passed over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.main import create_app
from graph_loader.stores.protocol import StoreError
from graph_loader.stores.steady import Steady
from tests.api.conftest import client_of

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import SignIn
    from tests.api.county import County


@pytest.mark.parametrize(
    ("path", "kind", "known"),
    [
        ("/findings?colour=red", "unknown-filter", "question"),
        ("/findings?question=nonsense", "unknown-value", "never_applied"),
        ("/findings?programme=XX", "unknown-value", "MZ01"),
        ("/findings?programme=", "unknown-value", "MZ01"),
        ("/findings?region=1", "unknown-value", "330382"),
        ("/findings?department=x", "unknown-value", "civil_affairs"),
        ("/findings?finds=joy", "unknown-value", "gap"),
        ("/findings?severity=x", "unknown-value", "hard"),
        ("/findings?work_state=x", "unknown-value", "checking"),
        ("/findings?status=x", "unknown-value", "cleared"),
        ("/findings?sort=name", "unknown-value", "-money"),
        ("/figures?quarter=1", "unknown-filter", "programme"),
        ("/figures/covered?programme=XX", "unknown-value", "MZ01"),
        ("/instructions?state=x", "unknown-value", "to_close"),
        ("/programmes?page=2", "unknown-filter", None),
        ("/instructions/prefill?figure=covered&colour=red", "unknown-filter", "region"),
    ],
)
def test_an_unknown_word_is_refused_and_names_the_known_ones(
    sign_in: SignIn, path: str, kind: str, known: str | None
) -> None:
    answer = sign_in("leader").get(path)
    problem = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:aidgraph:problem:{kind}"
    if known:
        assert known in problem["known"]
        assert known in problem["detail"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "eyJhIjoxfQ", "💩"])
def test_a_cursor_that_is_not_ours_is_refused(sign_in: SignIn, cursor: str) -> None:
    answer = sign_in("leader").get("/findings", params={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:aidgraph:problem:bad-cursor"


@pytest.mark.parametrize("limit", ["0", "501", "many"])
def test_a_page_has_its_bounds(sign_in: SignIn, limit: str) -> None:
    answer = sign_in("leader").get("/findings", params={"limit": limit})
    assert answer.status_code == 400
    assert "limit" in answer.json()["detail"]


def test_a_body_with_an_unknown_field_names_the_known_ones(sign_in: SignIn) -> None:
    answer = sign_in("civil").patch("/findings/F1", json={"action": "receive", "mood": "good"})
    assert answer.status_code == 400
    assert answer.json()["known"] == [
        "action",
        "application_number",
        "conclusion",
        "disposal",
        "note",
        "until",
    ]


@pytest.mark.parametrize("purpose", [None, "", "查", "x" * 201])
def test_personal_data_needs_a_purpose(sign_in: SignIn, purpose: str | None) -> None:
    given = {} if purpose is None else {"purpose": purpose}
    answer = sign_in("leader").get("/households/H1", params=given)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:aidgraph:problem:purpose-needed"


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/findings/F0", 404), ("/programmes/XX", 404)]
)
def test_what_is_not_there_is_a_problem_too(sign_in: SignIn, path: str, status: int) -> None:
    answer = sign_in("leader").get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_method_that_is_not_answered_says_so(sign_in: SignIn) -> None:
    assert sign_in("leader").put("/findings").status_code == 405


def test_titles_are_in_the_readers_language(anonymous: TestClient) -> None:
    assert anonymous.get("/me").json()["title"] == "请先登录"
    english = anonymous.get("/me", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert english.json()["title"].startswith("Sign in first")
    assert english.headers["content-language"] == "en"


def test_before_the_first_run_it_says_what_to_run(here: County, sign_in: SignIn) -> None:
    client = sign_in("leader")
    empty = replace(here.service, latest=lambda: None)
    other = client_of(create_app(empty))
    other.cookies = client.cookies
    assert other.get("/figures").status_code == 503
    assert "aidgraph" in other.get("/figures").json()["title"]
    assert other.get("/health").json()["ready"] is False
    assert other.get("/programmes").json()["items"][0]["counts"] is None
    assert other.get("/questions").json()["items"][0]["open"] is None


def test_a_graph_in_the_making_is_told_and_the_rest_goes_on(here: County, sign_in: SignIn) -> None:
    mark = "MERGE (w:Watermark {id: 'watermark'}) SET w.run = $run, w.digest = $digest"
    steady = replace(here.service.state, store=Steady(here.store, "R1"))
    client = sign_in("leader")
    other = client_of(create_app(replace(here.service, latest=lambda: steady)))
    other.cookies = client.cookies
    asked = "/households/H1/neighbourhood?purpose=核查家庭情况"
    here.store.write(mark, {"run": "R1", "digest": "d1"})
    assert other.get(asked).status_code == 200
    assert other.get("/health").json()["graph"] == "whole"
    here.store.write(mark, {"run": "R1", "digest": None})
    told = other.get(asked)
    assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
    assert told.json()["title"] == "关系图谱正在更新，请稍后再试"
    assert "`aidgraph store rebuild`" in told.json()["detail"]
    assert other.get("/health").json()["graph"] == "projecting"
    assert other.get("/instructions").status_code == 200
    assert other.get("/findings").status_code == 200
    here.store.write(mark, {"run": "R2", "digest": "d2"})
    assert "The graph holds run R2" in other.get(asked).json()["detail"]


def test_a_store_that_is_away_is_told_as_such(here: County, sign_in: SignIn) -> None:
    class Away:
        def read(self, *_: object, **__: object) -> list[dict[str, Any]]:
            raise StoreError("The store is away.", retryable=True)

    client = sign_in("leader")
    here.states.append(replace(here.states[-1], store=Away()))
    answer = client.get("/households/H1?purpose=核查情况")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "The store is away."


def test_a_fault_of_ours_tells_nothing_of_the_inside(here: County, sign_in: SignIn) -> None:
    def explain(_household: str, _lang: str) -> dict[str, Any]:
        raise RuntimeError("secret")

    here.states.append(replace(here.states[-1], explain=explain))
    answer = sign_in("leader").get("/households/H1?purpose=核查情况")
    assert answer.status_code == 500
    assert "secret" not in answer.text
