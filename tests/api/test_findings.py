"""Findings over HTTP: pages, one whole, and the steps of its life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.county import EAST, finding

if TYPE_CHECKING:
    from tests.api.conftest import SignIn
    from tests.api.county import County


@pytest.mark.parametrize(
    "sort", ["-rank", "-money", "money", "first_seen", "-first_seen", "region"]
)
def test_pages_show_every_row_once(here: County, sign_in: SignIn, sort: str) -> None:
    money: list[int | None] = [None, 5, 7, 7, None, 9, 7]
    here.run_again([finding(f"G{n}", "H1", EAST, money=m, rank=m) for n, m in enumerate(money)])
    client = sign_in("leader")
    given = {"limit": 2, "sort": sort}
    page = client.get("/findings", params=given).json()
    seen = [row["id"] for row in page["items"]]
    while page["next"]:
        page = client.get("/findings", params={**given, "cursor": page["next"]}).json()
        assert page["total"] == 7
        seen += [row["id"] for row in page["items"]]
    whole = client.get("/findings", params={"sort": sort}).json()["items"]
    assert seen == [row["id"] for row in whole]
    assert sorted(seen) == [f"G{n}" for n in range(7)]


def test_a_filter_may_be_repeated_and_a_region_holds_what_lies_in_it(sign_in: SignIn) -> None:
    client = sign_in("leader")

    def found(**filters: object) -> list[str]:
        rows = client.get("/findings", params=filters).json()["items"]
        return [row["id"] for row in rows]

    assert found(finds=["gap"]) == ["F1", "F2", "F3"]
    assert found(finds=["gap", "duplicate"]) == ["F4", "F1", "F2", "F3"]
    assert found(region="330382") == ["F4", "F1", "F2", "F3"]
    assert found(region=EAST, finds="gap") == ["F1", "F2"]
    assert found(department="disability_federation") == ["F3"]
    assert found(household="H1", programme="MZ01") == ["F4", "F1"]
    assert found(household="nobody") == []
    assert found(status="cleared") == []


def test_one_finding_leads_to_its_article_and_its_source_row(sign_in: SignIn) -> None:
    told = sign_in("leader").get("/findings/F1").json()
    assert told["articles"] == [
        {"id": "SAL-18", "act": "社会救助法", "number": "18", "gist": "要点", "text_held": True}
    ]
    assert told["records"] == [
        {
            "origin": "household_register|1",
            "source": "household_register",
            "file": "一.csv",
            "sheet": None,
            "row": 7,
        }
    ]
    assert told["evidence"] == [
        {"name": "amount", "value": "812.00"},
        {"name": "history", "value": "none"},
    ]
    assert told["money"] == "812.00"
    assert told["allowed"] == []


def test_a_finding_is_taken_up_concluded_and_reviewed_by_another(
    here: County, sign_in: SignIn
) -> None:
    inspector, civil = sign_in("inspector"), sign_in("civil")

    def step(who: object, **given: str) -> int:
        return int(who.patch("/findings/F1", json=given).status_code)  # type: ignore[attr-defined]

    assert step(civil, action="receive") == 409
    assert step(inspector, action="dispatch") == 200
    assert step(civil, action="receive") == 200
    assert step(civil, action="conclude") == 400
    assert step(civil, action="conclude", conclusion="refuted", note="已入户核查") == 200
    assert step(civil, action="approve") == 403
    assert step(inspector, action="approve") == 200
    told = civil.get("/findings/F1").json()
    assert (told["work_state_label"], told["conclusion_label"]) == ("已办结", "不属实")
    assert [one["by"] for one in told["outcomes"]] == ["inspector", "civil", "civil", "inspector"]
    gaps = civil.get("/figures/suspected_gaps").json()
    assert gaps["numerator"] == 1
    assert here.states[-1].run.id == "R1"


def test_a_conflict_names_the_steps_that_may_follow(sign_in: SignIn) -> None:
    answer = sign_in("civil").patch("/findings/F1", json={"action": "conclude"})
    assert answer.status_code == 409
    assert answer.json()["allowed"] == [{"action": "dispatch", "to": "to_receive", "label": "派发"}]


def test_a_stranger_cannot_step_a_finding_of_others(sign_in: SignIn) -> None:
    assert sign_in("west").patch("/findings/F1", json={"action": "receive"}).status_code == 404


def test_questions_tell_what_they_find_and_what_they_lacked(sign_in: SignIn) -> None:
    items = {one["id"]: one for one in sign_in("leader").get("/questions").json()["items"]}
    gaps, dead = items["never_applied"], items["paid_after_death"]
    assert (gaps["open"], gaps["money"], gaps["checked"]) == (3, "1624.00", True)
    assert (dead["open"], dead["money"], dead["checked"]) == (None, None, False)
    assert (dead["missing"], dead["mark"]) == (["deaths"], "no_data")


def test_what_did_not_change_is_not_sent_again(sign_in: SignIn) -> None:
    client = sign_in("leader")
    for path in (
        "/programmes",
        "/regions",
        "/departments",
        "/questions",
        "/figures",
        "/runs/latest",
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        english = {"If-None-Match": first.headers["etag"], "Accept-Language": "en"}
        told = client.get(path, headers=english)
        assert told.status_code == (304 if path == "/runs/latest" else 200)
