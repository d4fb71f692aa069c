"""How does the county stand, and where is it worst? One page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from dash import Input, Output, callback, dcc, get_relative_path, html, no_update, register_page

from dashboards import give
from dashboards.client import client
from dashboards.figures.ranking import township_bars
from dashboards.shell import URL, page
from dashboards.show import count, empty, heading, link, money, share, tag
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

RANKING: Final = "overview-ranking"
RANKED: Final = "suspected_gaps"


@page("overview")
def layout(**_query: str) -> list[Any]:
    """Three figures, the townships in order, and what each question found."""
    asked = client()
    run = asked.read("/runs/latest")
    figures = asked.read("/figures")["items"]
    ranked = asked.read(f"/figures/{RANKED}")
    questions = asked.read("/questions")["items"]
    may = asked.read("/me")["may"]
    meta = (say("as_of", day=run["as_of"]), say("run", run=run["id"][:8]), say("your_scope"))
    return [
        heading(say("overview"), *meta),
        html.Div([_card(f, may) for f in figures], className="row three"),
        html.Div([_ranking(ranked), _questions(questions)], className="row wide-left"),
    ]


def _card(figure: dict[str, Any], may: list[str]) -> Component:
    paid = figure["unit"] == "CNY"
    big, of = (
        (money(figure["numerator"]), money(figure["denominator"]))
        if paid
        else (count(figure["numerator"]), count(figure["denominator"]))
    )
    rate = share(figure["value"], permille=figure["id"] == "covered")
    beside = [html.Span([b["label"], " ", html.B(str(b["value"]))]) for b in figure["beside"]]
    mark = [tag(say(f"mark_{figure['mark']}"), "late")] if figure["mark"] else []
    acts: list[Any] = []
    if "instructions:give" in may:
        acts.append(give.button({"figure": figure["id"], "filters": figure["filters"]}))
    if figure["id"] == RANKED:
        acts.append(link(say("open_list"), "/gaps"))
    return html.Section(
        [
            html.Div(figure["label"], className="label"),
            html.Div([big, *mark], className="value"),
            html.Div([say("n_of_m", n=big, m=of), " · ", rate], className="of"),
            html.Div(beside, className="beside"),
            html.Div(
                f"{figure.get('definition') or ''} {say('as_of', day=figure['as_of'])}",
                className="meta",
            ),
            html.Div(acts, className="acts"),
        ],
        className="card figure",
        id=f"overview-{figure['id']}",
    )


def _ranking(ranked: dict[str, Any]) -> Component:
    rows = ranked["rows"]
    body = (
        dcc.Graph(
            id=RANKING,
            figure=township_bars(pd.DataFrame(rows), ranked["label"]),
            config={"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d"]},
            responsive=True,
        )
        if rows
        else empty(say("nothing_found"))
    )
    return html.Section(
        [html.H2(say("ranking")), html.Div(say("ranking_hint"), className="meta"), body],
        className="card",
    )


def _questions(questions: list[dict[str, Any]]) -> Component:
    return html.Section(
        [html.H2(say("findings_by_question")), html.Div([_question(q) for q in questions])],
        className="card",
    )


def _question(question: dict[str, Any]) -> Component:
    if not question["checked"]:
        found: Any = tag(say("not_checked", data=", ".join(question["missing"])), "late")
    else:
        found = html.B(count(question["open"]))
    if question["checked"] and question["finds"] == "gap":
        found = link(count(question["open"]), "/gaps", question=question["id"])
    paid = (
        [] if question["money"] is None else [html.Span(money(question["money"]), className="meta")]
    )
    return html.Div(
        [html.Span(question["label"]), html.Span([found, " ", *paid])], className="event"
    )


@callback(
    Output(URL, "href", allow_duplicate=True),
    Input(RANKING, "clickData"),
    prevent_initial_call=True,
)
def open_township(clicked: dict[str, Any] | None) -> Any:  # noqa: ANN401 - a path or no_update
    """Open the list of the township whose bar was clicked."""
    if not clicked:
        return no_update
    return f"{get_relative_path('/gaps')}?region={clicked['points'][0]['customdata']}"


register_page(__name__, path="/", name="Overview", layout=layout)
