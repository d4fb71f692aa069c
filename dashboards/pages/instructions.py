"""What was instructed, who has it, and what came of it? One page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
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

from dashboards.client import RefusedError, client
from dashboards.shell import URL, page, refused
from dashboards.show import empty, heading, link, tag
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

NOTE: Final = "instructions-note"
SAID: Final = "instructions-said"
WHICH: Final = "instructions-which"
DEPARTMENT: Final = "instructions-department"


@page("instructions")
def layout(id: str = "", **_query: str) -> list[Any]:  # noqa: A002 - the word in the address
    """All instructions in scope beside the one that is open."""
    asked = client()
    items = asked.every("/instructions")["items"]
    if not items:
        return [heading(say("instructions")), empty(say("no_instructions"))]
    opened = asked.read(f"/instructions/{id}") if id else None
    listed = [_entry(i, here=i["id"] == id) for i in items]
    detail = _detail(opened) if opened else [empty(say("pick_instruction"))]
    return [
        heading(say("instructions"), say("n_of_m", n=len(items), m=len(items)), say("your_scope")),
        dcc.Store(id=WHICH, data=id),
        html.Div(
            [html.Div(listed), html.Section(detail, className="card")], className="row narrow-left"
        ),
    ]


def _entry(instruction: dict[str, Any], *, here: bool) -> Component:
    late = [tag(say("overdue"), "late")] if instruction["overdue"] else []
    due = f"{say('due')} {instruction['due_on'] or '—'}"
    return dcc.Link(
        [
            html.Div(
                [html.B(instruction["number"] or "—"), " ", tag(instruction["state_label"]), *late]
            ),
            html.Div(instruction["words"][:60]),
            html.Div(
                f"{instruction['lead_label']} · {instruction['about']} · {due}", className="meta"
            ),
        ],
        href=f"{get_relative_path('/instructions')}?id={instruction['id']}",
        className="pick here" if here else "pick",
    )


def _detail(one: dict[str, Any]) -> list[Any]:
    anchor = one["anchor"]
    facts = [
        (say("about"), anchor["label"]),
        (
            say("seen_value", value=anchor["value"] or "—", cohort=anchor["cohort"]),
            say("as_of", day=anchor["as_of"]),
        ),
        (
            say("given_at"),
            f"{one['issuer_name']} · {one['issuer_post']} · {(one['given_at'] or '—')[:16]}",
        ),
        (say("due"), f"{one['due_on'] or '—'} {one['due_note'] or ''}"),
    ]
    related = [link(say("open_list"), "/gaps")] if anchor["kind"] == "figure" else []
    return [
        html.H2(
            [one["number"] or "—", " ", tag(one["state_label"]), " ", tag(one["urgency_label"])]
        ),
        html.Blockquote(one["words"], className="quote"),
        html.Dl(
            [p for name, value in facts for p in (html.Dt(name), html.Dd(value))], className="kv"
        ),
        *related,
        html.H3(say("assignments")),
        *[_assignment(a) for a in one["assignments"]],
        _then_now(one["then_now"]) if one["then_now"] else None,
        html.Div(
            [
                fac.AntdInput(
                    id=NOTE, mode="text-area", placeholder=say("note_hint"), autoSize={"minRows": 2}
                ),
                html.Div(
                    _actions(one["allowed"], f"/instructions/{one['id']}"), className="filters"
                ),
                html.Div(id=SAID, role="alert"),
            ],
            className="field",
        ),
        html.H3(say("events")),
        *[_event(e) for e in reversed(one["events"])],
    ]


def _assignment(one: dict[str, Any]) -> Component:
    place = f" · {one['region_label']}" if one["region_label"] else ""
    late = [tag(say("overdue"), "late")] if one["overdue"] else []
    report = [html.Div([html.B(say("report")), ": ", one["report"]])] if one["report"] else []
    return html.Div(
        [
            html.Div(
                [
                    tag(say(one["part"])),
                    " ",
                    html.B(one["department_label"]),
                    place,
                    " ",
                    tag(one["state_label"]),
                    *late,
                ]
            ),
            html.Div(one["task"], className="meta"),
            *report,
            html.Div(_actions(one["allowed"], f"/assignments/{one['id']}"), className="filters"),
        ],
        className="field",
    )


def _actions(allowed: list[dict[str, Any]], path: str) -> list[Component]:
    return [
        fac.AntdButton(
            step["label"],
            id={
                "type": "instruction-step",
                "path": f"{path}/{step['action']}",
                "needs": ",".join(step["needs"]),
            },
            type="primary" if n == 0 else "default",
        )
        for n, step in enumerate(allowed)
        if "department" not in step["needs"]
    ]


def _then_now(told: dict[str, Any]) -> Component:
    if not told["measurable"]:
        return fac.AntdAlert(message=told["says"], type="info", showIcon=True)
    sides = [
        html.Div(
            [
                html.Div(say(name), className="meta"),
                html.Div(side["numerator"], className="value"),
                html.Div(say("as_of", day=side["as_of"]), className="meta"),
            ]
        )
        for name, side in (("then", told["then"]), ("now", told["now"]))
    ]
    return html.Div(
        [
            html.H3(say("then_now")),
            html.Div(
                [sides[0], html.Span("→"), sides[1]],
                className="thennow",
                id="instructions-then-now",
            ),
            html.P(told["says"]),
        ]
    )


def _event(event: dict[str, Any]) -> Component:
    note = f": {event['note']}" if event["note"] else ""
    return html.Div(
        [
            html.Time(event["at"][:16].replace("T", " ")),
            html.Span(f"{event['by_name']} · {event['label']}{note}"),
        ],
        className="event",
    )


@callback(
    Output(URL, "href", allow_duplicate=True),
    Output(SAID, "children"),
    Input({"type": "instruction-step", "path": ALL, "needs": ALL}, "nClicks"),
    State(NOTE, "value"),
    State(WHICH, "data"),
    prevent_initial_call=True,
)
def take(clicks: list[int | None], note: str | None, which: str) -> tuple[Any, Any]:
    """Take a step; what is wrong with it is said beside the buttons."""
    if not any(clicks) or not ctx.triggered_id:
        return no_update, no_update
    needs = [n for n in ctx.triggered_id["needs"].split(",") if n]
    try:
        client().send("POST", ctx.triggered_id["path"], dict.fromkeys(needs, note or ""))
    except RefusedError as error:
        return no_update, refused(error)
    return f"{get_relative_path('/instructions')}?id={which}", ""


register_page(__name__, path="/instructions", name="Instructions", layout=layout)
