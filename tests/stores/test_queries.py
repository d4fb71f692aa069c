"""The queries that a Neo4j user may paste: each runs on both stores and gives these rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cypher.portable import check_files
from graph_loader.project import project
from tests.stores.drawn import MARK
from tests.stores.hamlet import EAST, VILLAGE, day, frames

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore

DOCS = Path(__file__).parents[2] / "docs"
FILES = {file.stem: file for file in sorted((DOCS / "queries").glob("*.cypher"))}
BLOCK = re.compile(r"```cypher\n(.*?)```", re.DOTALL)
GIVEN = {"household": "H1", "township": EAST, "article": "SAL-18", "programme": "MZ01"}
Rows = list[tuple[Any, ...]]

EXPECTED: dict[str, Rows] = {
    "whole_neighbourhood": [
        ("H1", "BY", "Application", "A1"),
        ("H1", "HANDLED_BY", "Region", VILLAGE),
        ("H1", "HAS_MEMBER", "Person", "P1"),
        ("H1", "HAS_MEMBER", "Person", "P2"),
        ("H1", "PAID_TO", "Disbursement", "D6"),
        ("H1", "QUALIFIES_FOR", "Programme", "MZ01"),
        ("P1", "BY", "Application", "A2"),
        ("P1", "KIN", "Person", "P2"),
        ("P1", "QUALIFIES_FOR", "Programme", "MZ16"),
        ("P2", "KIN", "Person", "P1"),
        ("P2", "KIN", "Person", "P4"),
        ("P2", "KIN", "Person", "P5"),
    ],
    "qualifies_and_does_not_receive": [
        ("H1", "H1", "MZ01", 81_200, day(9)),
        ("H1", "P1", "MZ16", None, None),
    ],
    "money_by_programme_and_month": [
        ("MZ01", day(9), 1, 40_000),
        ("MZ01", day(10), 1, 40_000),
        ("MZ16", day(9), 2, 5_000),
    ],
    "accounts_of_several_households": [("X1", ["H2", "H3"], 80_000)],
    "who_cites_an_article": [
        ("criterion", "poor", "收入低", "income below the standard", day(7), None),
        ("programme", "MZ01", "低保", "minimum living", day(7), None),
    ],
    "programme_down_to_its_articles": [
        ("counted", "计入", "counted member", [], []),
        ("poor", "收入低", "income below the standard", ["M57-13", "SAL-18"], ["M57", "SAL"]),
    ],
    "paid_after_death": [("P3", day(3, 10), "MZ16", day(9, 12), 5_000, 186)],
    "households_by_programmes_received": [(0, 2), (1, 1), (2, 1)],
    "several_departments_one_household": [
        ("H2", day(9), ["civil_affairs", "disability_federation"], 45_000)
    ],
    "kin_who_also_receive": [("P2", "child", "P4", "P4", "MZ16")],
    "applications_past_due": [("A1", "MZ01", day(8), day(9, 12), 49)],
    "what_a_household_qualifies_for": [
        ("H1", "MZ01", "低保", 81_200, "month", ["SAL-18"], False),
        ("P1", "MZ16", "残补", None, None, [], False),
    ],
}


def given(text: str) -> dict[str, str]:
    """The parameters that a query asks for."""
    return {name: value for name, value in GIVEN.items() if f"${name}" in text}


def test_every_query_gives_these_rows_in_this_order(store: GraphStore) -> None:
    project(store, frames(), watermark=MARK)
    found = {
        name: [tuple(row.values()) for row in store.read(text, given(text))]
        for name, file in FILES.items()
        for text in [file.read_text(encoding="utf-8")]
    }
    assert found == EXPECTED


def test_there_are_twelve_and_each_says_what_it_asks_in_both_languages() -> None:
    assert len(FILES) == 12
    assert check_files(*FILES.values()) == []
    for file in FILES.values():
        head = dict(
            re.findall(r"^// ([\w.]+): +(.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert {"asks", "asks.zh"} <= set(head)
        asked = re.findall(r"\$(\w+)", file.read_text(encoding="utf-8"))
        assert set(asked) == set(head.get("parameters", "").split(", ")) - {""}


def test_the_page_shows_just_these_files() -> None:
    page = (DOCS / "graph.md").read_text(encoding="utf-8")
    kept = {file.read_text(encoding="utf-8") for file in FILES.values()}
    assert set(BLOCK.findall(page)) == kept
    for name in FILES:
        assert f"(queries/{name}.cypher)" in page


def test_the_readme_shows_some_of_them_as_they_are() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    kept = [file.read_text(encoding="utf-8") for file in FILES.values()]
    shown = BLOCK.findall(readme)
    assert len(shown) >= 2
    assert [block for block in shown if block not in kept] == []
    assert "docs/schema.svg" in readme
    assert "docs/graph.md" in readme
