"""Why does this family qualify, and what has it been paid? One page answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import feffery_antd_components as fac
import pandas as pd
from dash import (
    ALL,
    Input,
    Output,
    State,
    callback,
    ctx,
    dcc,
    get_relative_path,
    html,
    no_update,
    register_page,
)

from dashboards import give
from dashboards.client import client
from dashboards.figures.neighbourhood import neighbourhood
from dashboards.figures.payments import payment_line
from dashboards.reasons import tree
from dashboards.shell import URL, page
from dashboards.show import empty, heading, money, record, tag
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

STORE: Final = "household-reasons"
TREE: Final = "household-tree"
ASK_ID: Final = "household-id"
ASK_PURPOSE: Final = "household-purpose"
ASK: Final = "household-ask"


@page("household")
def layout(id: str = "", purpose: str = "", programme: str = "", **_query: str) -> list[Any]:  # noqa: A002 - the word in the address
    """The family: members, decisions with reasons, payments, neighbourhood, findings."""
    if not id or not purpose:
        return _ask(id)
    asked = client()
    home = asked.read(f"/households/{id}", purpose=purpose)
    paid = asked.read(f"/households/{id}/payments", purpose=purpose)["items"]
    around = asked.read(f"/households/{id}/neighbourhood", purpose=purpose)
    may = asked.read("/me")["may"]
    acts = [give.button({"household": id})] if "instructions:give" in may else []
    decisions = _decisions(home)
    first = next((n for n, d in enumerate(decisions) if d["programme"] == programme), 0)
    return [
        heading(
            f"{say('household')} {id}", home["region_label"], say("as_of", day=home["as_of"]), *acts
        ),
        html.Div([_members(home), _findings(home)], className="row narrow-left"),
        dcc.Store(id=STORE, data=decisions),
        html.Div(
            [
                html.Section(
                    [html.H2(say("decisions")), html.Div(_list(decisions), className="programmes")],
                    className="card",
                ),
                html.Section(
                    tree(decisions[first]) if decisions else [], className="card", id=TREE
                ),
            ],
            className="row narrow-left",
        ),
        html.Div([_payments(paid), _around(around)], className="row wide-left"),
    ]


def _ask(known: str) -> list[Any]:
    offered = [say(f"purpose_{p}") for p in ("check", "instruction", "audit")]
    fields = [
        html.Div(
            [html.Label(say("household_id")), fac.AntdInput(id=ASK_ID, value=known)],
            className="field",
        ),
        html.Div(
            [
                html.Label(say("purpose_title")),
                fac.AntdSelect(id=ASK_PURPOSE, options=offered, mode="tags", maxCount=1),
            ],
            className="field",
        ),
        html.P(say("purpose_hint"), className="meta"),
        fac.AntdButton(say("purpose_continue"), id=ASK, type="primary"),
    ]
    card = html.Section([html.P(say("find_household")), *fields], className="card")
    return [heading(say("household")), card]


@callback(
    Output(URL, "href", allow_duplicate=True),
    Input(ASK, "nClicks"),
    State(ASK_ID, "value"),
    State(ASK_PURPOSE, "value"),
    prevent_initial_call=True,
)
def ask(clicks: int | None, household: str, purpose: list[str] | None) -> Any:  # noqa: ANN401
    """Open the family that was named, for the purpose that was said."""
    if not clicks or not household or not purpose:
        return no_update
    return (
        f"{get_relative_path('/household')}?{urlencode({'id': household, 'purpose': purpose[0]})}"
    )


def _decisions(home: dict[str, Any]) -> list[dict[str, Any]]:
    names = {m["id"]: m["name"] for m in home["members"]}
    own = [{**d, "who": say("of_household")} for d in home["programmes"]]
    theirs = [
        {**d, "who": names.get(person, person)}
        for person, reasons in home["persons"].items()
        for d in reasons
    ]
    shown = {
        "eligible": 0,
        "conflict": 1,
        "undetermined": 2,
        "not_eligible": 3,
        "not_applicable": 4,
    }
    return sorted([*own, *theirs], key=lambda d: shown[d["status"]])


def _list(decisions: list[dict[str, Any]]) -> list[Component]:
    return [
        html.Button(
            [
                html.Span(
                    [d["label"], " ", html.Span(d["who"], className="meta")], className="name"
                ),
                html.Span(say(f"per_{d['period']}", money=money(d["amount"])), className="money")
                if d["amount"] is not None and d["status"] == "eligible"
                else None,
                tag(d["status_label"], d["status"]),
            ],
            id={"type": "household-programme", "index": n},
        )
        for n, d in enumerate(decisions)
    ]


@callback(
    Output(TREE, "children"),
    Input({"type": "household-programme", "index": ALL}, "n_clicks"),
    State(STORE, "data"),
    prevent_initial_call=True,
)
def explain(clicks: list[int | None], decisions: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    """Show the reasons of the decision that was picked."""
    if not any(clicks) or not ctx.triggered_id:
        return no_update
    return tree(decisions[ctx.triggered_id["index"]])


def _members(home: dict[str, Any]) -> Component:
    rows = [
        html.Div(
            [
                html.Span(m["relation_label"]),
                html.Span(
                    [
                        f"{m['name']} · ",
                        "—" if m["age"] is None else say("age", n=m["age"]),
                        "" if m["alive"] else tag(say("dead"), "late"),
                        html.Span(f"  {m['id']}", className="meta"),
                    ]
                ),
            ],
            className="event",
        )
        for m in home["members"]
    ]
    return html.Section([html.H2(say("members")), *rows], className="card")


def _findings(home: dict[str, Any]) -> Component:
    rows = [
        html.Div(
            [
                html.Span(f["programme_label"]),
                html.Span(
                    [
                        f["question_label"],
                        " ",
                        tag(say(f["severity"])),
                        tag(f["work_state_label"]),
                        "" if f["money"] is None else f" {money(f['money'])}",
                    ]
                ),
            ],
            className="event",
        )
        for f in home["findings"]
    ]
    shown: list[Any] = [*rows] or [empty(say("no_findings"))]
    return html.Section([html.H2(say("findings")), *shown], className="card")


def _payments(paid: list[dict[str, Any]]) -> Component:
    if not paid:
        return html.Section([html.H2(say("payments")), empty(say("no_payments"))], className="card")
    frame = pd.DataFrame(paid)
    frame["amount"] = frame["amount"].astype("float64").fillna(0)
    frame["source"] = [" · ".join(map(record, row)) for row in frame["records"]]
    graph = dcc.Graph(
        figure=payment_line(frame),
        config={"displaylogo": False},
        responsive=True,
        id="household-payments",
    )
    return html.Section([html.H2(say("payments")), graph], className="card payline")


def _around(around: dict[str, Any]) -> Component:
    hint = html.Div(say("neighbourhood_hint"), className="meta")
    return html.Section(
        [
            html.H2(say("neighbourhood")),
            hint,
            neighbourhood(around, "household-graph"),
            html.Div(id="household-node", className="meta"),
        ],
        className="card",
    )


@callback(Output("household-node", "children"), Input("household-graph", "tapNodeData"))
def node(data: dict[str, Any] | None) -> str:
    """What the clicked node is."""
    return "" if not data else f"{data['kind']} · {data['label']} · {json.dumps(data['id'])}"


register_page(__name__, path="/household", name="Household", layout=layout)
