"""Figures of the offices' own work over HTTP: apart from those of the people, no data for zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.api.conftest import SignIn


def test_they_are_listed_apart_and_a_ledger_that_never_came_is_no_data(sign_in: SignIn) -> None:
    client = sign_in("leader")
    told = client.get("/figures", params={"of": "offices"}).json()
    assert [one["id"] for one in told["items"]] == [
        *("reviews_overdue", "budget_executed", "content", "complaints_late")
    ]
    assert {(one["numerator"], one["mark"]) for one in told["items"]} == {(None, "no_data")}
    assert told["items"][0]["missing"] == ["review"]
    people = client.get("/figures").json()["items"]
    assert "reviews_overdue" not in {one["id"] for one in people}
    assert client.get("/figures/content").json()["label"] == "满意率"
    assert client.get("/figures", params={"of": "weather"}).status_code == 400
