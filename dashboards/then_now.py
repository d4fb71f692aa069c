"""Then and now: the figure when the instruction was given and today, its rows told whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import html

from dashboards.show import aria, count, money
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

Json = dict[str, Any]
PART: Final = "then-now"


def then_now(told: Json) -> Component:
    """Both sides and the parts, or why there is no second side yet."""
    if not told["measurable"]:
        hint = html.Div(say("not_measurable_hint"), className="meta")
        says = html.Div([told["says"], hint])
        return html.Div(fac.AntdAlert(message=says, type="info", showIcon=True), id=PART)
    sides = [_side("then", told["then"]), _arrow(), _side("now", told["now"])]
    return html.Div(
        [
            html.H3(say("then_now")),
            html.Div(sides, className="thennow"),
            _parts(told),
            html.P(told["says"], className="told"),
        ],
        id=PART,
    )


def _arrow() -> Component:
    return html.Span("→", className="arrow", **aria(hidden="true"))


def _side(name: str, side: Json) -> Component:
    """The figure's N of M; of a single finding there is only the day."""
    number: list[Any] = []
    if side["numerator"] is not None:
        shown = money if "." in str(side["numerator"]) else count
        number = [
            html.Div(shown(side["numerator"]), className="value"),
            html.Div(
                say("n_of_m", n=shown(side["numerator"]), m=shown(side["denominator"])),
                className="of",
            ),
        ]
    day = html.Div(say("as_of", day=side["as_of"]), className="meta")
    return html.Div([html.Div(say(name), className="meta"), *number, day])


def _parts(told: Json) -> Component:
    """The rows it was given on as one bar, each part by what became of it."""
    whole = max(told["cohort"], 1)
    there = [p for p in told["parts"] if p["count"]]
    pieces = [
        html.Span(
            className=f"part {p['id']}",
            style={"width": f"{100 * p['count'] / whole:.2f}%"},
            title=f"{p['label']} {count(p['count'])}",
        )
        for p in there
    ]
    keys = [
        html.Span(
            [html.I(className=f"part {p['id']}"), p["label"], " ", html.B(count(p["count"]))],
            className="key",
        )
        for p in there
    ]
    added = html.Span([say("added"), " ", html.B(count(told["added"]))], className="key")
    return html.Div(
        [
            html.Div(pieces, className="partbar", **aria(hidden="true")),
            html.Div([*keys, added], className="keys"),
        ]
    )
