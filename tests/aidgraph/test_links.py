"""Who a person is made of, on the command line: shown, judged, taken back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from aidgraph.road import Road
from tests.aidgraph.conftest import settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.aidgraph.conftest import Call


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    """The county's lake, to judge in."""
    shutil.copytree(home / "lake", tmp_path / "own" / "lake")
    return tmp_path / "own"


def said(call: Call, home: Path, *words: str) -> Any:  # noqa: ANN401 - whatever JSON says
    told = call(home, "link", *words, "--json")
    assert told.code == 0, told.err
    return json.loads(told.out)


def one_link(home: Path) -> tuple[str, str]:
    """A person, and a row of earnings that is theirs by likeness."""
    links = Road(settings(home)).lake.read("links").filter(pl.col("source") == "earnings")
    person, key = links.select("person", "key").sort("key").collect().row(0)
    return str(person), f"earnings|{key}"


def test_link_says_how_many_rows_had_no_number(call: Call, own: Path) -> None:
    told = call(own, "link")
    assert told.code == 0
    assert "rows without a number linked" in told.err


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("来源", "依据", "相似", "先验", "错、漏、多或颠倒一位", "合计", "未写")),
        ("en", ("source", "likeness", "prior", "one digit wrong", "sum", "not said")),
    ],
)
def test_show_tells_every_row_and_the_weights_of_a_link(
    call: Call, home: Path, lang: str, words: tuple[str, ...]
) -> None:
    person, row = one_link(home)
    told = call(home, "link", "show", person, "--lang", lang)
    assert told.code == 0
    for word in (*words, row, "█"):
        assert word in told.out.replace("\n", "")
    rows = said(call, home, "show", person)["rows"]
    (mine,) = [each for each in rows if f"{each['source']}|{each['key']}" == row]
    assert (mine["how"], mine["file"][:4]) == ("likeness", "个人所得")
    assert {each["source"] for each in rows} > {"earnings", "household_register"}


def test_a_split_outlives_linking_and_its_undo_restores_the_link(call: Call, own: Path) -> None:
    person, row = one_link(own)
    told = said(call, own, "split", person, row, "--why", "another man", "--who", "wang")
    assert told["verdict"] == 1
    assert said(call, own)["linked"] == told["linked"]
    (doubt,) = said(call, own, "doubts")
    assert f"{doubt['source']}|{doubt['key']}" == row
    assert doubt["why"] == "nobody"
    (verdict,) = said(call, own, "verdicts")
    assert (verdict["kind"], verdict["who"], verdict["why"]) == ("split", "wang", "another man")
    assert (verdict["person"], verdict["rows"]) == (person, [row])
    assert said(call, own, "undo", "1", "--why", "a slip")["verdict"] == 2
    assert said(call, own, "doubts") == []


def test_two_ids_that_are_joined_are_shown_as_one(call: Call, own: Path) -> None:
    person, _ = one_link(own)
    other = "P00000001" if person != "P00000001" else "P00000002"
    said(call, own, "join", person, other, "--why", "one man, two numbers")
    told = said(call, own, "show", max(person, other))
    assert told["person"] == min(person, other)
    assert told["ids"] == sorted((person, other))
    assert len(told["numbers"]) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "P9"), "nobody has the id `P9`"),
        (("join", "P00000001", "P00000001", "--why", "x"), "are one person already"),
        (("join", "P00000001", "P00000002", "a|b", "--why", "x"), "either another id or rows"),
        (("split", "P00000001", "earnings|none", "--why", "x"), "No row `earnings|none`"),
        (("undo", "9", "--why", "x"), "There is no verdict 9"),
        (("undo", "1", "--why", " "), "a verdict says why"),
    ],
)
def test_a_slip_is_told_and_changes_nothing(
    call: Call, home: Path, words: tuple[str, ...], says: str
) -> None:
    before = Road(settings(home)).lake.version()
    told = call(home, "link", *words)
    assert told.code == 2
    assert says in told.err.replace("\n", " ")
    assert Road(settings(home)).lake.version() == before
