"""An answer is the same JSON whether parts that are met again are written once or each time."""

from __future__ import annotations

import json
from datetime import date

from api.lists import Json, to_body, to_shared_body

APART = frozenset({"tree", "parts", "article"})
CITED = {"id": "A1", "gist": "低保", "words": None}
LEAF: Json = {
    "truth": None,
    "says": "年龄",
    "article": CITED,
    "parts": [],
    "on": date(2026, 10, 31),
}


def test_what_is_met_again_is_written_alike_everywhere() -> None:
    root = {"truth": False, "article": None, "parts": [LEAF, LEAF], "inputs": [{"value": "1"}]}
    content = {"id": "h", "persons": {'p"1': [{"tree": root}, {"tree": None}], "p2": []}, "n": 1}
    told = to_shared_body(content, APART)
    assert json.loads(told) == json.loads(to_body(content))
    assert json.loads(told)["persons"]['p"1'][0]["tree"]["parts"][1] == {
        "truth": None,
        "says": "年龄",
        "article": {"id": "A1", "gist": "低保", "words": None},
        "parts": [],
        "on": "2026-10-31",
    }


def test_what_holds_nothing_is_written_too() -> None:
    assert to_shared_body({}, APART) == b"{}"
    assert to_shared_body({"tree": {}, "parts": []}, APART) == b'{"tree":{},"parts":[]}'
    assert to_shared_body({"parts": [None, 1, True, "x"]}, APART) == b'{"parts":[null,1,true,"x"]}'
    assert to_shared_body({"a": {"b": {"tree": None}}}, APART) == b'{"a":{"b":{"tree":null}}}'
