"""A household over HTTP: masked, with a purpose, and in the journal before it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import SignIn
    from tests.api.county import County

WHY = {"purpose": "核查低保申请"}


def read(client: TestClient) -> list[tuple[str, str, str, str | None]]:
    """What the journal says was read, oldest first."""
    items = client.get("/journal", params={"action": "read"}).json()["items"]
    return [(e["who"], e["resource"], e["subject"], e["purpose"]) for e in reversed(items)]


def test_a_household_is_told_with_masked_names_ages_and_reasons(sign_in: SignIn) -> None:
    told = sign_in("leader").get("/households/H1", params=WHY).json()
    assert told["region_label"] == "东镇"
    assert [(one["name"], one["age"], one["relation_label"]) for one in told["members"]] == [
        ("张*", 45, "户主"),
        ("李*", 6, None),
    ]
    assert told["programmes"][0]["status_label"] == "符合"
    assert [one["id"] for one in told["findings"]] == ["F1", "F4"]
    assert "birth_date" not in str(told)


@pytest.mark.parametrize(("language", "place"), [("zh", "东镇"), ("en", "East")])
def test_a_standard_names_its_place_and_its_line_but_no_folder_of_the_machine(
    sign_in: SignIn, language: str, place: str
) -> None:
    said = {"Accept-Language": language}
    told = sign_in("leader").get("/households/H1", params=WHY, headers=said).json()
    below = told["programmes"][0]["tree"]["parts"][0]["standards"][0]
    assert (below["region_label"], below["file"], below["line"]) == (
        place,
        "standards/assumed.csv",
        2,
    )


def test_who_died_is_not_shown_as_living_and_an_unknown_age_is_unknown(sign_in: SignIn) -> None:
    client = sign_in("leader")
    dead = client.get("/households/H2", params=WHY).json()["members"][0]
    assert (dead["alive"], dead["name"], dead["age"]) == (False, None, 76)
    unknown = client.get("/households/H3", params=WHY).json()["members"][0]
    assert (unknown["alive"], unknown["age"]) == (True, None)


def test_payments_are_told_with_their_source_row(sign_in: SignIn) -> None:
    items = sign_in("leader").get("/households/H1/payments", params=WHY).json()["items"]
    first, second = items
    assert (first["for_month"], first["amount"], first["payee"]) == ("2026-09", "812.00", "张*")
    assert first["records"][0]["row"] == 7
    assert (second["amount"], second["paid_on"], second["payee"]) == (None, None, None)


def test_every_reading_of_personal_data_is_journalled(sign_in: SignIn) -> None:
    client = sign_in("leader")
    client.get("/households/H1", params=WHY)
    client.get("/households/H1/payments", headers={"X-Purpose": quote("信访件 2026-17")})
    client.get("/households/H1/neighbourhood", params=WHY)
    client.get("/findings/F1")
    client.get("/households/H9", params=WHY)
    assert read(sign_in("auditor")) == [
        ("leader", "household", "H1", "核查低保申请"),
        ("leader", "payments", "H1", "信访件 2026-17"),
        ("leader", "neighbourhood", "H1", "核查低保申请"),
        ("leader", "finding", "F1", None),
    ]


def test_the_journal_is_the_auditors_alone(here: County, sign_in: SignIn) -> None:
    for login in ("leader", "inspector", "civil", "admin"):
        assert sign_in(login).get("/journal").status_code == 403
    told = sign_in("auditor").get("/journal/verify").json()
    assert (told["ok"], told["faults"], told["anchored"]) == (True, [], 0)
    assert told["unprotected"] == told["entries"] > 0
    assert here.service.anchor_file.name == "journal.anchors.jsonl"


def test_the_journal_is_anchored_when_the_service_starts_and_stops(
    here: County, sign_in: SignIn, anonymous: TestClient
) -> None:
    with anonymous:
        pass
    assert len(here.service.anchor_file.read_text().splitlines()) == 2
    told = sign_in("auditor").get("/journal/verify").json()
    assert (told["ok"], told["unprotected"]) == (True, 1)


def test_the_journal_comes_in_pages(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    page = client.get("/journal", params={"limit": 5}).json()
    seen = [entry["seq"] for entry in page["items"]]
    while page["next"]:
        page = client.get("/journal", params={"limit": 5, "cursor": page["next"]}).json()
        seen += [entry["seq"] for entry in page["items"]]
    assert seen == list(range(page["total"], 0, -1))
