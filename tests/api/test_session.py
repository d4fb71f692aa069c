"""Signing in, being remembered by a cookie, and waiting after wrong passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import SignIn
    from tests.api.county import County


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    here: County, anonymous: TestClient
) -> None:
    given = {"login": "leader", "password": here.passwords["leader"]}
    answer = anonymous.post("/session", json=given)
    cookie = answer.headers["set-cookie"]
    assert answer.json()["user"]["role_label"] == "主要领导"
    assert cookie.startswith("aidgraph_session=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))


def test_who_signs_out_is_out(sign_in: SignIn) -> None:
    client = sign_in("leader")
    cookie = {"Cookie": f"aidgraph_session={client.cookies['aidgraph_session']}"}
    assert client.delete("/session").status_code == 204
    assert client.get("/me").status_code == 401
    assert client.get("/me", headers=cookie).status_code == 401


def test_a_session_ends_by_itself(here: County, sign_in: SignIn) -> None:
    client = sign_in("leader")
    here.clock.moment += timedelta(hours=13)
    assert client.get("/me").status_code == 401


def test_wrong_passwords_make_one_wait(here: County, anonymous: TestClient) -> None:
    wrong = {"login": "leader", "password": "guess"}
    assert [anonymous.post("/session", json=wrong).status_code for _ in range(5)] == [401] * 5
    right = {"login": "leader", "password": here.passwords["leader"]}
    answer = anonymous.post("/session", json=right)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert answer.json()["title"] == "密码错误次数过多，请稍后再试"


def test_me_says_what_the_role_may(sign_in: SignIn) -> None:
    me = sign_in("civil").get("/me", headers={"Accept-Language": "en"}).json()
    assert me["department_labels"] == ["Civil Affairs"]
    assert me["region_label"] == "Yueqing"
    assert "findings:conclude" in me["may"]
    assert "instructions:give" not in me["may"]


def test_health_is_told_to_anyone(anonymous: TestClient) -> None:
    told = anonymous.get("/health").json()
    assert (told["status"], told["ready"]) == ("ok", True)
