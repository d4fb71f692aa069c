"""A leader's instruction over HTTP, from a figure to then and now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.county import EAST, WEST, finding, found

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import SignIn
    from tests.api.county import County

GAPS = {"figure": "suspected_gaps", "filters": {"programme": ["MZ01"]}}
LEAD = {"department": "civil_affairs", "part": "lead", "task": "逐户核查"}


def body(**other: Any) -> dict[str, Any]:  # noqa: ANN401
    given = {"words": "请十日内逐户核查", "about": GAPS, "assignments": [LEAD], "working_days": 10}
    return {**given, "give": True, **other}


def give(client: TestClient, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = client.post("/instructions", json=body(**other))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def report(client: TestClient, told: dict[str, Any], place: int = 0) -> None:
    part = told["assignments"][place]["id"]
    assert client.post(f"/assignments/{part}/receive").status_code == 200
    answer = client.post(f"/assignments/{part}/report", json={"report": "已逐户核查"})
    assert answer.status_code == 200, answer.text


def test_the_form_is_prefilled_from_the_figure(sign_in: SignIn) -> None:
    told = (
        sign_in("leader").get("/instructions/prefill", params={"figure": "suspected_gaps"}).json()
    )
    assert [(one["department"], one["part"]) for one in told["assignments"]] == [
        ("civil_affairs", "lead"),
        ("disability_federation", "assist"),
    ]
    assert (told["about"]["numerator"], told["about"]["cohort"]) == (3, 3)
    assert (told["due_on"], told["working_days"]) == ("2026-11-16", 10)


def test_money_of_a_figure_is_told_in_yuan_and_the_post_by_its_name(sign_in: SignIn) -> None:
    leader = sign_in("leader")
    figure = leader.get("/figures/suspected_overpaid").json()
    told = give(leader, about={"figure": "suspected_overpaid"})
    seen = (told["anchor"]["numerator"], told["anchor"]["denominator"])
    assert seen == (figure["numerator"], figure["denominator"]) == ("812.00", "812.00")
    assert told["issuer_post"] == "主要领导"


def test_an_instruction_on_a_figure_is_given_followed_and_measured_again(
    here: County, sign_in: SignIn
) -> None:
    leader, civil = sign_in("leader"), sign_in("civil")
    told = give(leader)
    assert (told["number"], told["state"], told["due_on"]) == (
        "〔2026〕1",
        "in_progress",
        "2026-11-16",
    )
    assert told["due_note"] == "节假日未公布，暂按周末计"
    assert told["about"] == "疑似应救未救 · 项目MZ01"
    assert (told["cohort"], told["anchor"]["value"], told["anchor"]["run"]) == (2, "0.6667", "R1")
    assert [one["id"] for one in civil.get("/instructions").json()["items"]] == [told["id"]]
    report(civil, told)
    part = told["assignments"][0]["id"]
    assert leader.post(f"/assignments/{part}/accept").json()["state"] == "to_close"
    early = leader.post(f"/instructions/{told['id']}/remeasure").json()["then_now"]
    assert (early["measurable"], early["now"]) == (False, None)
    refused = leader.post(f"/instructions/{told['id']}/close")
    assert refused.status_code == 400
    assert "暂不能复测" in refused.json()["detail"]
    rows = [row for row in found() if row["id"] not in {"F1", "F2"}]
    here.run_again([*rows, finding("F9", "H4", WEST)])
    leader = sign_in("leader")
    now = leader.post(f"/instructions/{told['id']}/remeasure").json()["then_now"]
    assert now["says"].startswith("2 = 已纳入 0 + 不属实 0 + 放弃 0 + 迁出死亡 1 + 数据变化消除 1")
    closed = leader.post(f"/instructions/{told['id']}/close").json()
    assert (closed["state_label"], closed["allowed"]) == ("已销号", [])
    then_now = closed["then_now"]
    assert then_now["then"]["numerator"] == 2
    assert (then_now["now"]["numerator"], then_now["now"]["run"]) == (1, "R2")
    assert sum(one["count"] for one in then_now["parts"]) == then_now["cohort"] == 2
    assert then_now["added"] == 1
    became = leader.get(f"/instructions/{told['id']}/cohort").json()["items"]
    assert {one["finding"]: one["became"] for one in became} == {"F1": "cleared", "F2": "left"}


def test_the_same_in_english(sign_in: SignIn) -> None:
    client = sign_in("leader")
    told = give(client)
    path = f"/instructions/{told['id']}/remeasure"
    english = client.post(path, headers={"Accept-Language": "en"}).json()
    assert english["state_label"] == "in progress"
    assert english["then_now"]["says"].startswith("cannot be measured again yet")


@pytest.mark.parametrize(
    ("about", "label", "cohort"),
    [
        ({"finding": "F1"}, "疑似应救未救（符合条件未申请）", 1),
        ({"household": "H1"}, "家庭 H1", 2),
        ({"programme": "MZ16"}, "项目MZ16", 1),
        ({"figure": "suspected_overpaid"}, "疑似重复 / 不应发金额", 1),
        ({"figure": "covered"}, "在保人数 / 保障面", 0),
        ({"figure": "suspected_gaps", "filters": {"region": [EAST]}}, "疑似应救未救 · 东镇", 2),
    ],
)
def test_an_instruction_may_be_on_anything(
    sign_in: SignIn, about: dict[str, Any], label: str, cohort: int
) -> None:
    told = give(sign_in("leader"), about=about)
    assert (told["about"], told["cohort"]) == (label, cohort)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"about": {}}, "exactly one"),
        ({"about": {"figure": "covered", "finding": "F1"}}, "exactly one"),
        ({"about": {"finding": "F1", "filters": {"region": [EAST]}}}, "filters belong to a figure"),
        ({"about": {"figure": "covered", "filters": {"colour": ["red"]}}}, "colour"),
        ({"assignments": []}, "Exactly one"),
        ({"assignments": [{**LEAD, "department": "nobody"}]}, "civil_affairs"),
        ({"working_days": None}, "no due date"),
        ({"words": ""}, "words"),
        ({"urgency": "now"}, "extra, urgent, normal"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_instruction_that_lacks_something_is_refused_whole(
    sign_in: SignIn, change: dict[str, Any], says: str
) -> None:
    client = sign_in("leader")
    answer = client.post("/instructions", json=body(**change))
    assert answer.status_code == 400
    assert says in answer.json()["detail"]
    assert client.get("/instructions").json()["total"] == 0


@pytest.mark.parametrize(
    "about", [{"finding": "F0"}, {"household": "H9"}, {"programme": "XX"}, {"figure": "xx"}]
)
def test_what_is_not_there_carries_no_instruction(sign_in: SignIn, about: dict[str, str]) -> None:
    assert sign_in("leader").post("/instructions", json=body(about=about)).status_code == 404


def test_a_deputy_writes_and_the_inspector_sends(sign_in: SignIn) -> None:
    deputy, inspector = sign_in("deputy"), sign_in("inspector")
    assert deputy.post("/instructions", json=body()).status_code == 403
    assert deputy.get("/instructions").json()["total"] == 0
    told = give(deputy, give=False)
    assert (told["state"], told["number"]) == ("draft", None)
    assert sorted(one["action"] for one in told["allowed"]) == ["submit", "withdraw"]
    path = f"/instructions/{told['id']}"
    assert deputy.post(f"{path}/submit").status_code == 200
    refused = deputy.post(f"{path}/register")
    assert (refused.status_code, refused.json()["known"]) == (403, ["inspector"])
    assert inspector.post(f"{path}/register").json()["number"] == "〔2026〕1"
    assert inspector.post(f"{path}/dispatch").json()["state"] == "in_progress"


def test_others_see_nothing_of_a_draft_or_of_what_is_not_theirs(sign_in: SignIn) -> None:
    leader = sign_in("leader")
    draft, sent = give(leader, give=False)["id"], give(leader)["id"]
    for login in ("civil", "federation", "east"):
        client = sign_in(login)
        assert client.get(f"/instructions/{draft}").status_code == 404
        assert client.post(f"/instructions/{draft}/withdraw").status_code == 404
    assert sign_in("federation").get(f"/instructions/{sent}").status_code == 404
    assert sign_in("civil").get(f"/instructions/{sent}").status_code == 200
    assert sign_in("auditor").get("/instructions").json()["total"] == 2


def test_an_assignment_lends_its_rows_to_those_who_handle_it(sign_in: SignIn) -> None:
    leader, other = sign_in("leader"), sign_in("federation")
    lead = {**LEAD, "department": "disability_federation"}
    told = give(leader, assignments=[lead])
    assert other.get("/findings/F1").status_code == 404
    part = told["assignments"][0]["id"]
    other.post(f"/assignments/{part}/receive")
    assert other.get("/findings/F1").json()["work_state"] == "checking"
    assert other.get("/findings").json()["total"] == 3
    leader.post(f"/instructions/{told['id']}/withdraw", json={"reason": "误发"})
    assert other.get("/findings/F1").status_code == 404


def test_a_township_sees_its_own_rows_of_a_cohort(sign_in: SignIn) -> None:
    places = [{**LEAD, "region": EAST}, {**LEAD, "region": WEST, "part": "assist"}]
    told = give(sign_in("leader"), about={"figure": "suspected_gaps"}, assignments=places)
    path = f"/instructions/{told['id']}/cohort"
    assert [one["finding"] for one in sign_in("west").get(path).json()["items"]] == ["F3"]
    assert [one["finding"] for one in sign_in("east").get(path).json()["items"]] == ["F1", "F2"]
    assert sign_in("leader").get(path).json()["total"] == 3


def test_a_conflict_names_what_may_follow(sign_in: SignIn) -> None:
    client = sign_in("leader")
    told = give(client)
    answer = client.post(f"/instructions/{told['id']}/submit")
    assert answer.status_code == 409
    assert answer.json()["allowed"] == [{"action": "withdraw", "to": "withdrawn", "label": "撤销"}]
    assert client.post(f"/instructions/{told['id']}/fly").status_code == 400


def test_who_read_an_older_version_is_told(sign_in: SignIn) -> None:
    client = sign_in("leader")
    told = give(client, give=False)
    path = f"/instructions/{told['id']}"
    tag = client.get(path).headers["etag"]
    assert client.post(f"{path}/give", headers={"If-Match": tag}).status_code == 200
    stale = client.post(f"{path}/withdraw", json={"reason": "x"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    odd = client.post(f"{path}/withdraw", json={"reason": "x"}, headers={"If-Match": "later"})
    assert odd.status_code == 412


def test_the_list_is_filtered_and_paged(sign_in: SignIn) -> None:
    leader, inspector = sign_in("leader"), sign_in("inspector")
    made = [give(leader)["id"] for _ in range(3)]
    give(inspector, give=False)
    page = leader.get("/instructions", params={"limit": 2, "mine": True}).json()
    rest = leader.get("/instructions", params={"limit": 2, "mine": True, "cursor": page["next"]})
    seen = [one["id"] for one in (*page["items"], *rest.json()["items"])]
    assert seen == made[::-1]
    assert inspector.get("/instructions", params={"state": "draft"}).json()["total"] == 1
    assert leader.get("/instructions", params={"overdue": True}).json()["total"] == 0
    assert leader.get("/instructions", params={"department": "civil_affairs"}).json()["total"] == 4


def test_an_instruction_becomes_overdue(here: County, sign_in: SignIn) -> None:
    give(sign_in("leader"))
    here.run_again(found())
    for _ in range(15):
        here.run_again(found())
    items = sign_in("leader").get("/instructions", params={"overdue": True}).json()["items"]
    assert [one["overdue"] for one in items] == [True]
