"""What the pages say, in each language: one table, one word for one thing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dashboards.client import language


@cache
def table() -> dict[str, dict[str, str]]:
    """Every phrase by its key and language."""
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def say(key: str, **values: Any) -> str:  # noqa: ANN401 - whatever str.format takes
    """A phrase in the reader's language, with its values put in."""
    return table()[key][language()].format(**values)


def say_known(key: str, otherwise: str) -> str:
    """A phrase where the table has one, else the word as it came."""
    return say(key) if key in table() else otherwise
