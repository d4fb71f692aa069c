"""What did we know on the day we refused: that day's knowledge beside today's, fact by fact."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aidgraph.road import Road
from tests.aidgraph.conftest import Call, quiet, settings

KNOWN, CAME = "2025-01-31", "2026-10-31"
VEHICLES = "机动车登记信息.csv"
PLATE = "浙C99999"


def made(home: Path, *days: str) -> None:
    """Give the lake's versions these days, the last one to all that follow."""
    for at, version in enumerate(sorted((home / "lake" / "_versions").glob("*.json"))):
        told = json.loads(version.read_text(encoding="utf-8"))
        day = days[min(at, len(days) - 1)]
        version.write_text(json.dumps(told | {"made": f"{day}T12:00:00+00:00"}), encoding="utf-8")


@pytest.fixture(scope="module")
def refused(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A county whose files came early, a family that was refused, and a car that came to light."""
    later = shutil.copytree(home, tmp_path_factory.mktemp("refused") / "home")
    road = Road(settings(later))
    asked = road.population.applications.filter(
        pl.col("result") == "refused",
        pl.col("programme") == "MZ01",
        pl.col("decided_on") >= date(2026, 9, 1),
    )
    row = asked.sort("decided_on", "origin").row(-1, named=True)
    person = road.lake.read("people").filter(pl.col("person") == row["person"]).collect()
    name, number = person.select("name", "id_number").row(0)
    head = (later / "files" / VEHICLES).read_bytes().decode("gb18030").splitlines()[0]
    order = {"号牌号码": PLATE, "车辆类型": "小型轿车", "残疾人专用": "否", "机动车所有人": name}
    order |= {"身份证明号码": number, "初次登记日期": "2026-01-05"}
    line = ",".join(order[column] for column in head.split(",")) + "\n"
    before = len(list((later / "lake" / "_versions").glob("*.json")))
    with (later / "files" / VEHICLES).open("ab") as file:
        file.write(line.encode("gb18030"))
    road.load([later / "files" / VEHICLES], quiet)
    road.link()
    made(later, *[KNOWN] * before, CAME)
    Road(settings(later)).match()
    return later, row


def told(call: Call, home: Path, *options: str) -> dict[str, Any]:
    said = call(home, "explain", "--json", *options)
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_a_car_that_came_to_light_is_named_with_its_row_and_the_day_it_came(
    refused: tuple[Path, dict[str, Any]], call: Call
) -> None:
    home, row = refused
    found = told(call, home, "--application", row["application_number"], "--lang", "en")
    assert found["day"] == row["decided_on"].isoformat()
    assert found["nothing_known"] is None
    car = [one for one in found["differences"] if one["name"] in ("vehicles", "own_vehicles")]
    assert car
    for one in car:
        assert (one["kind"], one["then"], one["now"]) == ("known_otherwise_then", "0", "1")
        assert (one["rows"][0]["file"], one["rows"][0]["loaded_on"]) == (VEHICLES, CAME)
        assert {of["loaded_on"] for of in one["rows"][1:]} == {KNOWN}
        assert one["says"].startswith("known otherwise then: ")


def test_a_refusal_is_found_by_the_family_and_by_the_programme(
    refused: tuple[Path, dict[str, Any]], call: Call
) -> None:
    home, row = refused
    by_number = told(call, home, "--application", row["application_number"])
    family = by_number["application"]["id"]
    assert told(call, home, family, "--refused", "--programme", "MZ01") == by_number
    said = call(home, "explain", family, "--refused", "--programme", "MZ18")
    assert said.code == 2
    assert f"nothing was refused to {family} under MZ18" in said.err


def test_the_two_trees_stand_side_by_side_in_both_languages(
    refused: tuple[Path, dict[str, Any]], call: Call
) -> None:
    home, row = refused
    for lang, words in (
        ("zh", ["当日所知", "当时所知不同"]),
        ("en", ["knew it", "known otherwise"]),
    ):
        said = call(home, "explain", "--application", row["application_number"], "--lang", lang)
        assert said.code == 0, said.err
        assert all(word in said.out for word in words)
        assert f"{row['decided_on']}" in said.out


def test_where_nothing_was_loaded_yet_the_first_load_is_named(
    refused: tuple[Path, dict[str, Any]], call: Call, tmp_path: Path
) -> None:
    home, row = refused
    late = shutil.copytree(home, tmp_path / "home")
    made(late, CAME)
    found = told(call, late, "--application", row["application_number"], "--lang", "en")
    assert found["then"] is None
    assert CAME in found["nothing_known"]
    assert found["hindsight"]["programme"] == "MZ01"
    assert {one["kind"] for one in found["differences"]} <= {"changed_since"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--application", "nope"), "no application has the number `nope`"),
        (("--refused",), "to whom?"),
        ((), "whose reasons?"),
        (("H00000001", "--refused", "--as-of", CAME), "name the day themselves"),
    ],
)
def test_a_wrong_call_is_told_in_words(
    options: tuple[str, ...], says: str, home: Path, call: Call
) -> None:
    said = call(home, "explain", *options)
    assert said.code == 2
    assert says in said.err.replace("\n", " ")


def test_an_application_that_is_not_decided_is_said_to_be_open(home: Path, call: Call) -> None:
    rows = Road(settings(home)).population.applications
    number = rows.filter(pl.col("decided_on").is_null())["application_number"][0]
    said = call(home, "explain", "--application", number)
    assert said.code == 2
    assert f"application {number} is not decided yet" in said.err
