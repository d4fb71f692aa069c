"""Why does this family qualify, and what has it been paid? One page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from dash import (
    ALL,
    Input,
    Output,
    State,
    callback,
    ctx,
    dcc,
    html,
    no_update,
    register_page,
)

from dashboards import give, refusal
from dashboards.client import RefusedError, client, language
from dashboards.figures.neighbourhood import COLOURS, merged, neighbourhood
from dashboards.figures.payments import payment_line
from dashboards.purpose import purpose_field, said
from dashboards.reasons import after, tree
from dashboards.shell import page, refused
from dashboards.show import (
    address,
    aria,
    button,
    card,
    details,
    empty,
    heading,
    link,
    money,
    record,
    records,
    tag,
)
from dashboards.words import say, say_known

if TYPE_CHECKING:
    from dash.development.base_component import Component

STORE: Final = "household-reasons"
TREE: Final = "household-tree"
PICK: Final = "household-pick"
GRAPH: Final = "household-graph"
NODE: Final = "household-node"
LATER: Final = "household-later"
WHICH: Final = "household-which"
PURPOSE: Final = "household-purpose"
ASK_ID: Final = "household-id"
ASK: Final = "household-ask"
GO: Final = "household-go"
ASK_WRONG: Final = "household-wrong"
PLOTLY: Final = {"Download plot as a PNG": "download_picture"}
Json = dict[str, Any]


@page
def layout(
    me: Json,
    id: str = "",  # noqa: A002 - the word in the address
    purpose: str = "",
    programme: str = "",
    refused_to: str = "",
    **_query: str,
) -> list[Any]:
    """The family: members, decisions with reasons, payments, neighbourhood, findings."""
    if not id or not said(purpose):
        return _ask(id)
    asked = client()
    home = asked.read(f"/households/{id}", purpose=purpose)
    acts = (give.button({"household": id}, "primary"),) if give.MAY in me["may"] else ()
    told = decisions(home)
    asked_for = (n for n, d in enumerate(told) if d["programme"] == programme)
    owed = (n for n, d in enumerate(told) if _order(d)[0] < 0)
    first = next(asked_for, next(owed, 0))
    meta = (home["region_label"] or "—", say("as_of", day=home["as_of"]))
    why = say("looked_at_for", purpose=purpose)
    return [
        heading(f"{say('household')} {id}", *meta, why, acts=acts),
        dcc.Store(id=STORE, data=told),
        dcc.Store(id=PURPOSE, data=purpose),
        dcc.Store(id=WHICH, data=id),
        *(refusal.place(id, refused_to, programme, said(purpose)) if refused_to else []),
        html.Div(
            [
                html.Div([_members(home), _decisions(told, first)], className="stack stays"),
                html.Div(
                    [_findings(home), html.Section(_tree(told, first), className="card", id=TREE)],
                    className="stack",
                ),
            ],
            className="row narrow-left",
        ),
        html.Div(html.Div(className="waiting still", role="status"), id=LATER, className="stack"),
    ]


@callback(Output(LATER, "children"), Input(WHICH, "data"), State(PURPOSE, "data"))
def draw(household: str, purpose: str) -> list[Component]:
    """Payments and neighbourhood, once the rest is there: their drawing programs are large."""
    asked = client()
    try:
        paid = asked.read(f"/households/{household}/payments", purpose=purpose)["items"]
        around = asked.read(f"/households/{household}/neighbourhood", purpose=purpose)
    except RefusedError as error:
        return [refused(error)]
    return [_payments(paid), _around(around)]


def _ask(known: str) -> list[Any]:
    fields = [
        html.P(say("find_household")),
        html.Div(
            [
                html.Label(say("household_id"), htmlFor=ASK_ID),
                dcc.Input(id=ASK_ID, type="text", value=known, className="text"),
            ],
            className="field",
        ),
        purpose_field(PURPOSE),
        html.Div(id=ASK_WRONG, className="wrong", role="alert"),
        button(say("open"), ASK, "primary"),
    ]
    go = dcc.Location(id=GO, refresh="callback-nav")
    return [heading(say("household")), go, html.Section(fields, className="card asked")]


@callback(
    Output(GO, "href"),
    Output(ASK_WRONG, "children"),
    Input(ASK, "n_clicks"),
    State(ASK_ID, "value"),
    State(PURPOSE, "value"),
    prevent_initial_call=True,
)
def open_asked(_clicks: int, household: str | None, purpose: str | None) -> tuple[Any, Any]:
    """Open the household that was typed."""
    if not (household or "").strip() or not said(purpose):
        return no_update, say("household_needs")
    return address("/household", id=str(household).strip(), purpose=said(purpose)), ""


def decisions(home: Json) -> list[Json]:
    """Every decision on the household and on each member, what is owed first."""
    names = {m["id"]: f"{m['name']}({m['relation_label'] or '—'})" for m in home["members"]}
    units = [(say("whole_household"), home["programmes"])]
    units += [(names.get(person, person), told) for person, told in home["persons"].items()]
    return [{**d, "who": who} for who, told in units for d in sorted(told, key=_order)]


def _order(decision: Json) -> tuple[int, str]:
    owed = decision["status"] == "eligible" and decision["enrolled"] is False
    order = ("eligible", "conflict", "undetermined", "not_eligible", "not_applicable")
    return (-1 if owed else order.index(decision["status"]), decision["programme"])


def _tree(told: list[Json], at: int) -> list[Component]:
    return tree(told[at], told[at]["who"]) if told else [empty(say("no_decisions"))]


def _decisions(told: list[Json], first: int) -> Component:
    """The decisions by whom they are on; what does not qualify is folded."""
    groups: dict[str, list[tuple[int, Json]]] = {}
    for n, decision in enumerate(told):
        groups.setdefault(decision["who"], []).append((n, decision))
    shown = []
    for who, group in groups.items():
        near = [(n, d) for n, d in group if not d["status"].startswith("not_")]
        far = [(n, d) for n, d in group if d["status"].startswith("not_")]
        rest = [_pick(n, d, here=n == first) for n, d in far]
        opened = any(n == first for n, _ in far)
        shown += [
            html.H3(who),
            *(_pick(n, d, here=n == first) for n, d in near),
            html.Details(
                [html.Summary(say("not_qualifying", n=len(far))), *rest],
                className="fold",
                open=opened,
            )
            if far
            else None,
        ]
    return card(say("decisions"), html.Div(shown, className="programmes"))


def _pick(n: int, decision: Json, *, here: bool) -> Component:
    paid = decision["amount"] if decision["status"] == "eligible" else None
    return html.Button(
        [
            html.Span(decision["label"], className="name"),
            html.Span(money(paid) if paid else "", className="money"),
            tag(decision["status_label"], decision["status"]),
            *after(decision)[:1],
        ],
        id={"type": PICK, "index": n},
        type="button",
        className="here" if here else "",
        **aria(pressed="true" if here else "false"),
    )


@callback(
    Output(TREE, "children"),
    Output({"type": PICK, "index": ALL}, "className"),
    Output({"type": PICK, "index": ALL}, "aria-pressed"),
    Input({"type": PICK, "index": ALL}, "n_clicks"),
    State(STORE, "data"),
    prevent_initial_call=True,
)
def explain(clicks: list[int | None], told: list[Json]) -> tuple[Any, Any, Any]:
    """Show the reasons of the decision that was picked."""
    if not any(clicks) or not ctx.triggered_id:
        return no_update, [no_update] * len(clicks), [no_update] * len(clicks)
    at = ctx.triggered_id["index"]
    which = [i["id"]["index"] == at for i in ctx.inputs_list[0]]
    names = ["here" if one else "" for one in which]
    return _tree(told, at), names, ["true" if one else "false" for one in which]


def _members(home: Json) -> Component:
    rows = [
        html.Tr(
            [
                html.Th([m["name"], " ", html.Span(m["id"], className="meta")], scope="row"),
                html.Td(m["relation_label"] or "—"),
                html.Td(_member(m)),
            ]
        )
        for m in home["members"]
    ]
    of = html.Span(say("people", n=len(rows)), className="meta")
    return card(say("members"), html.Table(html.Tbody(rows), className="plain"), beside=(of,))


def _member(one: Json) -> list[Any]:
    """Sex, age, and what is special: dead, or not counted."""
    sex = say(f"sex_{one['sex']}") if one["sex"] else "—"
    age = "—" if one["age"] is None else say("age", n=one["age"])
    told: list[Any] = [f"{sex} · {age} "]
    if not one["alive"]:
        told.append(tag(say("dead"), "late"))
    if one["counted"] is False:
        told.append(tag(say("not_counted")))
    return told


def _findings(home: Json) -> Component:
    rows = [
        html.Tr(
            [
                html.Th([f["question_label"], *refusal.link_of(f, home["purpose"])], scope="row"),
                html.Td(f["programme_label"] or "—"),
                html.Td(money(f["money"]), className="number"),
                html.Td(
                    [tag(say(f["severity"])), " ", tag(f["work_state_label"], "state")]
                    if f["status"] == "open"
                    else tag(say("cleared"), "eligible")
                ),
            ]
        )
        for f in home["findings"]
    ]
    shown = html.Table(html.Tbody(rows), className="plain") if rows else empty(say("no_findings"))
    return card(say("findings"), shown)


def _payments(paid: list[Json]) -> Component:
    """The time line, and behind it every payment with the row it came from."""
    title = say("payments")
    if not paid:
        return card(title, empty(say("no_payments")))
    dictionary = {key: say(word) for key, word in PLOTLY.items()}
    figure = payment_line(pd.DataFrame([_payment(p) for p in paid]))
    graph = dcc.Graph(
        figure=figure,
        style={"height": f"{figure.layout.height}px"},
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "locale": language(),
            "locales": {language(): {"dictionary": dictionary, "format": {}}},
        },
        responsive=True,
        id="household-payments",
    )
    table = html.Details([html.Summary(say("payment_rows", n=len(paid))), _listed(paid)])
    return card(title, graph, table, part="household-paid")


def _payment(one: Json) -> Json:
    day = f"{one['for_month']}-01" if one["for_month"] else one["paid_on"]
    sum_paid = say("per_once", money=money(one["amount"])) if one["amount"] else ""
    named = _named(one)
    return {
        "label": named,
        "month": day,
        "amount": float(one["amount"]) if one["amount"] else None,
        "status": one["status"] or "done",
        "status_label": say_known(f"paid_{one['status']}", say("paid_done")),
        "says": " · ".join(filter(None, (named, one["for_month"] or day, sum_paid))),
        "source": " · ".join(map(record, one["records"])),
    }


def _named(one: Json) -> str:
    return one["programme_label"] or say_known(f"value_{one['thing']}", str(one["thing"] or "—"))


def _listed(paid: list[Json]) -> Component:
    titles = ("month", "programme", "amount", "paid_on", "state", "department", "source")
    numbers = ("amount",)
    head = [
        html.Th(say(t), scope="col", className="number" if t in numbers else "") for t in titles
    ]
    rows = [
        html.Tr(
            [
                html.Td(p["for_month"] or "—"),
                html.Td(_named(p)),
                html.Td(money(p["amount"]), className="number"),
                html.Td(p["paid_on"] or "—"),
                html.Td(say_known(f"paid_{p['status']}", say("paid_done"))),
                html.Td(p["department_label"] or "—"),
                html.Td(records(p["records"]) if p["records"] else "—"),
            ]
        )
        for p in reversed(paid)
    ]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain")


def _around(around: Json) -> Component:
    """The graph, what its colours mean, and the same in words."""
    kinds = [k for k in COLOURS if any(n["kind"] == k for n in around["nodes"])]
    legend = [
        html.Span([html.I(style={"background": COLOURS[k]}), say(f"node_{k}")], className="key")
        for k in kinds
    ]
    label = {n["id"]: n["label"] for n in around["nodes"]}
    told = [
        html.Li(f"{label[e['source']]} — {e['label']} → {label[e['target']]}")
        for e in merged(around["edges"])
    ]
    hint = html.Span(say("neighbourhood_hint"), className="meta")
    in_words = html.Details([html.Summary(say("in_words", n=len(told))), html.Ul(told)])
    return card(
        say("neighbourhood"),
        html.Div([*legend, hint], className="keys"),
        html.Div(neighbourhood(around, GRAPH), role="img", **aria(label=say("neighbourhood"))),
        html.Div(id=NODE, role="status"),
        in_words,
    )


@callback(
    Output(NODE, "children"),
    Input(GRAPH, "tapNodeData"),
    State(PURPOSE, "data"),
    prevent_initial_call=True,
)
def node(data: Json | None, purpose: str) -> Any:  # noqa: ANN401 - Dash's children
    """What the clicked node is; another household can be opened from here."""
    if not data:
        return ""
    kind = data["kind"]
    told = details((say_known(f"node_{kind}", kind), f"{data['label']} · {data['id']}"))
    if kind != "Household" or data.get("focus"):
        return told
    opened = link(say("open_household"), "/household", id=data["id"], purpose=purpose)
    return html.Div([told, opened])


register_page(
    __name__, path="/household", title=lambda: say("household"), name="household", layout=layout
)
