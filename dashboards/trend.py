"""A figure's way month by month, and what it is against the last month."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dash import dcc, html

from dashboards.figures.trend import trend_line
from dashboards.show import amount, card, empty
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

Json = dict[str, Any]
PART: Final = "overview-trend"


def trend_card(told: Json) -> Component:
    """The line with its as-of, its run and how many of the months are known."""
    title = say("trend_title", figure=told["label"])
    if not told["items"]:
        return card(title, empty(say("trend_none")), part=PART)
    known = say("trend_known", n=told["known"], m=told["total"])
    meta = f"{say('as_of', day=told['as_of'])} · {say('run', run=told['run'][:9])} · {known}"
    graph = dcc.Graph(
        figure=trend_line(told["items"], told["unit"], told["counts"]),
        config={"displayModeBar": False},
        responsive=True,
        style={"height": "220px"},
    )
    return card(title, graph, beside=(html.Span(meta, className="meta"),), part=PART)


def against_last_month(told: Json) -> list[Component]:
    """The change against the last month, where both months are told."""
    change = told["change"]
    if change is None:
        return []
    times, sign = (1000, " ‰") if told["unit"] == "permille" else (100, say("points"))
    rate = f"{Decimal(change['value']) * times:.2f}{sign}"
    number = amount(change["numerator"], told["counts"])
    signs = ["+" if Decimal(change[name]) > 0 else "" for name in ("numerator", "value")]
    says = say(
        "against_last_month",
        month=change["month"],
        number=f"{signs[0]}{number}",
        rate=f"{signs[1]}{rate}",
    )
    return [html.Div(says, className="of change")]
