"""Every phrase is there in both languages, and every phrase is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboards.words import table

PAGES = Path(__file__).resolve().parent.parent.parent / "dashboards"
SAY = {"say", "say_known"}


def said() -> tuple[set[str], set[str], set[str]]:
    """Keys that are said whole, beginnings that are said with a value, and all plain strings."""
    whole: set[str] = set()
    begun: set[str] = set()
    plain: set[str] = set()
    for file in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain.add(node.value)
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in SAY or not node.args:
                continue
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                    begun.add(str(part.values[0].value))
            if isinstance(node.args[0], ast.Constant):
                whole.add(str(node.args[0].value))
    return whole, begun, plain


@pytest.mark.parametrize("key", sorted(table()))
def test_a_phrase_says_the_same_in_both_languages(key: str) -> None:
    phrase = table()[key]
    assert set(phrase) == {"zh", "en"}
    assert all(isinstance(text, str) and text.strip() for text in phrase.values())
    assert set(re.findall(r"{\w+}", phrase["zh"])) == set(re.findall(r"{\w+}", phrase["en"]))


def test_every_phrase_that_a_page_says_is_in_the_table() -> None:
    whole, begun, _ = said()
    assert whole - table().keys() == set()
    assert {b for b in begun if not any(key.startswith(b) for key in table())} == set()
    assert {"overview", "gaps", "give_instruction"} <= whole
    assert {"mark_", "unit_"} <= begun


def test_no_phrase_is_left_over() -> None:
    _, begun, plain = said()
    assert {k for k in table() if k not in plain and not k.startswith(tuple(begun))} == set()
