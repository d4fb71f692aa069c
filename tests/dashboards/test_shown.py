"""What pages make of what the service says: literal rows in, literal text out; unknown stays so."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pandas as pd
import pytest
from dash.development.base_component import Component

from dashboards.client import Client, RefusedError
from dashboards.figures.neighbourhood import merged, places
from dashboards.figures.payments import payment_line
from dashboards.figures.ranking import Ranking, ranked
from dashboards.reasons import tree
from dashboards.refusal import link_of, query_of, sides
from dashboards.show import amount, count, money, share


def text(part: object) -> str:
    """Everything that a component says, in order."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return " ".join(filter(None, map(text, part)))
    return text(part.children) if isinstance(part, Component) else str(part)


def found(part: object, name: str) -> list[Any]:
    """Every component of this class."""
    if isinstance(part, list | tuple):
        return [one for each in part for one in found(each, name)]
    if not isinstance(part, Component):
        return []
    own = [part] if type(part).__name__ == name else []
    return own + found(getattr(part, "children", None), name)


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (money("1234.5"), "1,234.50"),
        (money(None), "—"),
        (count(12480), "12,480"),
        (count(0), "0"),
        (count(None), "—"),
        (amount("75720.00", "money"), "75,720.00"),
        (amount(109, "pairs"), "109"),
        (amount(None, "persons"), "—"),
        (share("0.0852", "percent"), "8.52%"),
        (share("0.01860", "permille"), "18.60 ‰"),
        (share(None, "percent"), "—"),
    ],
)
def test_numbers_are_shown_and_unknown_is_a_dash(shown: str, says: str) -> None:
    assert shown == says


def township(label: str, n: int | None, rank: int | None, **more: object) -> dict[str, Any]:
    row = {"region": label, "region_label": label, "numerator": n, "denominator": 40}
    per = {"value": None if n is None else str(n / 40), "per_thousand_households": str(n or 0)}
    return {**row, **per, "rank": rank, "mark": None, **more}


def test_a_base_too_small_stands_last_without_a_bar_and_unknown_is_a_dash() -> None:
    rows = [
        township("小乡", 30, None, mark="small_base"),
        township("乙镇", 4, 2),
        township("丙镇", None, None, mark="suppressed", per_thousand_households=None),
        township("甲镇", 8, 1),
    ]
    figure = {"id": "suspected_gaps", "unit": "percent", "counts": "pairs", "rows": rows}
    ranking = Ranking(figure, "region", "排名", lambda row: row["region_label"], lambda _row: [])
    body = found(ranked(ranking), "Tbody")[0]
    lines = [text(row) for row in found(body, "Tr")]
    assert lines == [
        "1 甲镇 8.0 8 / 40 20.00%",
        "2 乙镇 4.0 4 / 40 10.00%",
        "小乡 基数不足 30.0 30 / 40 75.00%",
        "丙镇 数量过小不显示 — — / 40 —",
    ]
    widths = [span.style["width"] for span in found(body, "Span") if getattr(span, "style", None)]
    assert widths == ["100.0%", "50.0%"]


YES, NO, UNKNOWN = True, False, None


def criterion(truth: object, says: str, *parts: dict[str, Any], **more: object) -> dict[str, Any]:
    empty: dict[str, Any] = {"value": None, "inputs": [], "standards": [], "articles": []}
    rest: dict[str, Any] = {"readings": [], "records": [], "withheld": False}
    return {"truth": truth, "says": says, "parts": list(parts), **empty, **rest, **more}


def decision(of: dict[str, Any] | None, **more: object) -> dict[str, Any]:
    said = {"label": "低保", "status": "eligible", "status_label": "符合", "enrolled": False}
    none = ("with_programme", "rule_article", "near_miss", "next_fact", "after")
    many: dict[str, Any] = {"missing": [], "counterfactuals": [], "steps_to_do": []}
    paid = {"amount": "330.00", "period": "month"}
    return {**said, **paid, **dict.fromkeys(none), **many, "tree": of, **more}


def test_reasons_say_what_decides_and_fold_what_does_not() -> None:
    standard = {
        "parameter": "db", "value": "1100", "unit": "CNY/person/month", "region": "330382",
        "region_label": "乐清市", "from": "2026-01-01", "until": None, "source": "demo:assumed",
        "assumed": True, "file": "standards/assumed.csv", "line": 8,
    }  # fmt: skip
    low = criterion(YES, "收入低于标准", value="1,099.99", standards=[standard])
    hidden = criterion(UNKNOWN, "不在服刑", withheld=True)
    unknown = criterion(UNKNOWN, "父亲状态")
    either = criterion(YES, "满足其一", criterion(YES, "残疾", low), criterion(NO, "未成年", low))
    told = tree(decision(criterion(YES, "低保", either, hidden, unknown)), "全户")
    says = text(told)
    assert "330.00 元/月" in says
    assert "未在保" in says
    assert "低保标准 1100 元/人·月（乐清市，2026-01-01 起）   演示假定   assumed.csv:8" in says
    signs = {text(sign): sign.title for sign in found(told, "Span") if hasattr(sign, "title")}
    assert signs == {"✓": "符合", "✕": "不符合", "–": "按权限不显示", "?": "未知"}
    opened = {text(d.children[0]).split()[-1]: d.open for d in found(told, "Details")}
    assert opened == {"低保": True, "满足其一": True, "残疾": True, "未成年": False}


def test_a_programme_not_in_force_has_no_tree_and_says_so() -> None:
    told = tree(decision(None, status="not_applicable", enrolled=None, amount=None), "全户")
    assert "不适用" in text(told)


AROUND: dict[str, list[dict[str, Any]]] = {
    "nodes": [
        {"id": "H1", "kind": "Household", "label": "家庭", "focus": True},
        {"id": "P1", "kind": "Person", "label": "张*"},
        {"id": "P2", "kind": "Person", "label": "李*"},
        {"id": "P9", "kind": "Person", "label": "王*"},
        {"id": "MZ01", "kind": "Programme", "label": "低保"},
        {"id": "MZ16", "kind": "Programme", "label": "补贴"},
    ],
    "edges": [
        {"id": "a", "source": "H1", "target": "P1", "kind": "HAS_MEMBER", "label": "成员"},
        {"id": "b", "source": "H1", "target": "P2", "kind": "HAS_MEMBER", "label": "成员"},
        {"id": "c", "source": "P1", "target": "P9", "kind": "KIN", "label": "亲属"},
        {"id": "d", "source": "H1", "target": "MZ01", "kind": "ENROLLED_IN", "label": "在保"},
        {"id": "e", "source": "H1", "target": "MZ01", "kind": "QUALIFIES_FOR", "label": "符合"},
        {"id": "f", "source": "P1", "target": "MZ16", "kind": "QUALIFIES_FOR", "label": "符合"},
    ],
}


def test_one_line_joins_the_same_two_and_what_is_owed_is_marked() -> None:
    lines = [(e["source"], e["target"], e["label"], e["class"]) for e in merged(AROUND["edges"])]
    assert lines == [
        ("H1", "P1", "成员", ""),
        ("H1", "P2", "成员", ""),
        ("P1", "P9", "亲属", "near"),
        ("H1", "MZ01", "在保 · 符合", ""),
        ("P1", "MZ16", "符合", "owed"),
    ]


def test_no_two_nodes_stand_in_one_place() -> None:
    at, tallest = places(AROUND)
    assert len({(place["x"], place["y"]) for place in at.values()}) == len(AROUND["nodes"])
    assert tallest == 3
    assert at["P9"]["x"] < at["H1"]["x"] < at["P1"]["x"] < at["MZ01"]["x"]


def test_a_payment_without_an_amount_is_drawn_and_returned_ones_have_their_own_sign() -> None:
    frame = pd.DataFrame(
        {
            "label": ["低保", "低保", "理发"],
            "month": ["2026-09-01", "2026-10-01", "2026-10-11"],
            "amount": [800.0, 400.0, None],
            "status": ["success", "returned", "done"],
            "status_label": ["已发放", "退回", "已提供"],
            "says": ["a", "b", "c"],
            "source": ["x", "y", "z"],
        }
    )
    drawn = payment_line(frame)
    assert [(t.name, t.marker.symbol) for t in drawn.data] == [
        ("已发放", "circle"),
        ("退回", "x"),
        ("已提供", "square"),
    ]
    assert [list(t.marker.size) for t in drawn.data] == [[20.0], [14.5], [9.0]]
    assert drawn.layout.showlegend


def answering(status: int, body: object) -> Client:
    """A client of a service that always answers this."""
    said = body if isinstance(body, str) else json.dumps(body)
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, text=said))
    return Client(httpx.Client(base_url="http://there/api/v1", transport=transport), "s", "zh")


@pytest.mark.parametrize(
    ("status", "body", "title", "detail"),
    [
        (
            409,
            {"title": "不能这样办理", "detail": "closed → open"},
            "不能这样办理",
            "closed → open",
        ),
        (404, {"title": "没有找到", "detail": "没有找到"}, "没有找到", ""),
        (502, "<html>bad gateway</html>", "Bad Gateway", "<html>bad gateway</html>"),
    ],
)
def test_a_refusal_keeps_its_title_and_the_way_out(
    status: int, body: object, title: str, detail: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        answering(status, body).read("/me")
    told = refused.value
    assert (told.status, told.title, told.detail) == (status, title, detail)


def test_a_service_that_is_away_is_a_refusal_too() -> None:
    def away(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody listens")

    http = httpx.Client(base_url="http://there/api/v1", transport=httpx.MockTransport(away))
    with pytest.raises(RefusedError, match="nobody listens"):
        Client(http, "", "en").read("/me")


def test_every_page_of_a_list_is_read_and_no_more_than_asked() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.query, "ascii"))
        at = int(request.url.params.get("cursor", "0"))
        page = {"items": [at, at + 1], "next": str(at + 2) if at < 6 else None, "total": 8}
        return httpx.Response(200, json=page)

    http = httpx.Client(base_url="http://there/api/v1", transport=httpx.MockTransport(answer))
    reader = Client(http, "", "zh")
    assert reader.every("/findings", 100, region="")["items"] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert asked[0] == "limit=100"
    assert reader.every("/findings", 4) == {"items": [0, 1, 2, 3], "next": "4", "total": 8}


def difference(says: str, *, withheld: bool, rows: int) -> dict[str, Any]:
    row = {"source": "vehicles", "file": "车.csv", "sheet": None, "row": 7, "loaded_on": None}
    return {"says": says, "withheld": withheld, "rows": [row] * rows}


def test_a_refusal_is_shown_with_what_differs_and_when_it_came() -> None:
    told = {
        "application": {"programme": "MZ01", "programme_label": "低保", "result": "refused"},
        "day": "2026-03-02",
        "as_of": "2026-10-31",
        "nothing_known": None,
        **dict.fromkeys(("then", "hindsight", "today")),
        "differences": [
            difference("当时不知道：机动车（现在：1）", withheld=False, rows=5),
            difference("此后有变化：收入", withheld=True, rows=0),
        ],
    }
    shown = text(sides(told))
    assert "低保：2026-03-02 不予批准" in shown
    assert shown.count("— 装入") == 3
    assert "另有 2 条" in shown
    assert shown.count("当时还没有这个对象") == 2
    assert "没有差别" in text(sides({**told, "differences": []}))


def test_only_a_refusal_leads_to_what_was_known_then() -> None:
    finding = {"question": "refused_though_qualifying", "unit_id": "P1", "household": "H1"}
    assert query_of(finding) == {"refused_to": "P1"}
    assert link_of({**finding, "question": "never_applied"}, "why") == []
