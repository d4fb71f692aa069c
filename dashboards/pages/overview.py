"""How does the county stand, and where is it worst? One page answers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import Input, Output, State, callback, clientside_callback, dcc, html
from dash import register_page as register

from dashboards import give
from dashboards.client import RefusedError, client
from dashboards.figures.ranking import Ranking, ranked
from dashboards.shell import locale, page, refused
from dashboards.show import (
    amount,
    aria,
    button,
    card,
    count,
    empty,
    heading,
    link,
    marked,
    money,
    share,
    tag,
)
from dashboards.trend import against_last_month, trend_card
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

BOARD: Final = "overview-board"
PROGRAMME: Final = "overview-programme"
REGION: Final = "overview-region"
FIGURE: Final = "overview-figure"
MAY: Final = "overview-may"
EXPORT: Final = "overview-export"
FILE: Final = "overview-file"
RANKED: Final = "suspected_gaps"
LISTS: Final = {"gap": "/gaps", "duplicate": "/duplicates", "suspicion": "/suspicions"}
Json = dict[str, Any]


@page
def layout(
    me: Json, programme: str = "", region: str = "", figure: str = RANKED, **_query: str
) -> list[Any]:
    """Three figures, the townships in order, and what each question found."""
    asked = client()
    run = asked.read("/runs/latest")
    known = asked.read("/figures")["items"]
    programmes = asked.read("/programmes")["items"]
    regions = [r for r in asked.read("/regions")["items"] if r["level"] == "township"]
    meta = (say("as_of", day=run["as_of"]), say("run", run=run["id"][:9]), say("your_scope"))
    filters = html.Div(
        [
            _choice(PROGRAMME, "programme", [(p["id"], p["label"]) for p in programmes], programme),
            _choice(REGION, "township", [(r["code"], r["label"]) for r in regions], region),
        ],
        className="filters",
    )
    options = [{"label": f["label"], "value": f["id"]} for f in known]
    switch = fac.AntdRadioGroup(
        id=FIGURE,
        options=options,
        value=figure,
        optionType="button",
        **aria(label=say("rank_by")),
    )
    return [
        heading(say("overview"), *meta, acts=(filters,)),
        dcc.Store(id=MAY, data=me["may"]),
        dcc.Download(id=FILE),
        html.Div(_figures(programme, region, known, me["may"]), id=f"{BOARD}-figures"),
        html.Div(
            [html.H2(say("rank_by")), switch, button(say("export"), EXPORT)], className="switch"
        ),
        html.Div(_board(figure, programme, region, me["may"]), id=BOARD),
    ]


def _choice(part: str, word: str, options: list[tuple[str, str]], value: str) -> Component:
    return fac.AntdSelect(
        id=part,
        options=[{"label": label, "value": code} for code, label in options],
        value=value or None,
        placeholder=f"{say(word)} · {say('all')}",
        allowClear=True,
        optionFilterProp="label",
        popupMatchSelectWidth=False,
        locale=locale(),
        className="filter programme",
        **aria(label=say(word)),
    )


def _measured(programme: str, region: str, known: list[Json]) -> list[Json]:
    """Every figure for these filters, each with its months; without any, as the list says them."""
    asked, filters = client(), {"programme": programme, "region": region}
    if programme or region:
        known = [asked.read(f"/figures/{f['id']}", **filters) for f in known]
    return [f | {"trend": asked.read(f"/figures/{f['id']}/trend", **filters)} for f in known]


def _figures(programme: str, region: str, known: list[Json], may: list[str]) -> list[Component]:
    """The figures of the people, and under them those of the offices' own work."""
    offices = client().read("/figures", of="offices", programme=programme, region=region)
    people = _measured(programme, region, known)
    return [_cards(people, may, "thirds"), _cards(offices["items"], may, "quarters")]


def _cards(figures: list[Json], may: list[str], width: str) -> Component:
    return html.Div([_card(figure, may) for figure in figures], className=f"row {width}")


def _card(figure: Json, may: list[str]) -> Component:
    counts, filters = figure["counts"], figure["filters"]
    n, m = (amount(figure[side], counts) for side in ("numerator", "denominator"))
    rate = share(figure["value"], figure["unit"])
    acts: list[Component] = []
    months = figure.get("trend")  # a figure of the offices' own work has none
    if give.MAY in may and months:
        acts.append(give.button({"figure": figure["id"], "filters": filters}, "primary"))
    if figure["finds"]:
        query = {name: values[0] for name, values in filters.items()}
        acts += [link(say(f"list_{f}"), LISTS[f], **query) for f in figure["finds"]]
    missing = [tag(say("lacks", data=", ".join(figure["missing"])), "late")]
    return html.Section(
        [
            html.H2(figure["label"]),
            html.Div(
                [n, html.Small(say(f"counts_{counts}")), *marked(figure["mark"])], className="value"
            ),
            html.Div([html.B(rate), html.Span(say("n_of_m", n=n, m=m))], className="of"),
            *(against_last_month(months) if months else []),
            html.Dl(
                [part for b in figure["beside"] for part in _beside(b, counts)], className="beside"
            ),
            *(missing if figure["missing"] else []),
            html.Details(
                [
                    html.Summary([say("definition"), " · ", say("as_of", day=figure["as_of"])]),
                    html.P(figure["definition"]),
                ],
                className="fold",
            ),
            *([html.Div(acts, className="acts")] if acts else []),
        ],
        className="card figure",
        id=f"overview-{figure['id']}",
        **aria(label=figure["label"]),
    )


def _beside(one: Json, counts: str) -> tuple[Component, Component]:
    shown = amount(one["value"], counts)
    return html.Dt(one["label"]), html.Dd([shown, *marked(one["mark"])])


def _board(figure: str, programme: str, region: str, may: list[str]) -> Component:
    """The townships and the programmes on one figure, and every question's answer."""
    asked = client()
    told = asked.read(f"/figures/{figure}", programme=programme, region=region)
    months = asked.read(f"/figures/{figure}/trend", programme=programme, region=region)
    questions = asked.read("/questions")["items"]
    beside = [_ranking(told, "programme", may), trend_card(months), _questions(questions)]
    return html.Div(
        [_ranking(told, "region", may), html.Div(beside, className="stack")],
        className="row wide-left",
    )


def _ranking(figure: Json, of: str, may: list[str]) -> Component:
    title = say(f"ranking_{of}", figure=figure["label"])
    where = LISTS[figure["finds"][0]] if figure["finds"] else ""
    filters: dict[str, list[str]] = figure["filters"]

    def opens(row: Json) -> Any:  # noqa: ANN401 - Dash's children
        query = {name: values[0] for name, values in filters.items()} | {of: row[of]}
        return link(row[f"{of}_label"], where, **query) if where else row[f"{of}_label"]

    def acts(row: Json) -> list[Component]:
        about = {"figure": figure["id"], "filters": {**filters, of: [row[of]]}}
        says = f"{say('give_instruction')}: {row[f'{of}_label']}"
        return [give.button(about, "quiet", says)] if give.MAY in may else []

    ranking = Ranking(figure, of, title, opens, acts)
    hint = say("hint_per_thousand" if ranking.per_thousand else "hint_rate")
    shown = ranked(ranking) if ranking.rows else empty(say("nothing_to_rank"))
    beside = (html.Span(hint if of == "region" else "", className="meta"),)
    return card(title, shown, beside=beside, part=f"overview-by-{of}")


def _questions(questions: list[Json]) -> Component:
    order = list(LISTS)
    rows = sorted(questions, key=lambda q: order.index(q["finds"]))
    return card(
        say("findings_by_question"),
        html.Table(
            [
                html.Thead(
                    html.Tr(
                        [
                            html.Th(say("question"), scope="col"),
                            html.Th(say("open_findings"), scope="col", className="number"),
                            html.Th(say("amount"), scope="col", className="number"),
                            html.Th(say("confirmed"), scope="col", className="number"),
                        ]
                    )
                ),
                html.Tbody([_question(q) for q in rows]),
            ],
            className="plain",
        ),
        part="overview-questions",
    )


def _question(one: Json) -> Component:
    named = link(one["title"], LISTS[one["finds"]], question=one["id"])
    if not one["checked"]:
        missing = tag(say("not_checked", data=", ".join(one["missing"])), "late")
        return html.Tr([html.Th(one["title"], scope="row"), html.Td(missing, colSpan=3)])
    of = say("n_of_m", n=one["confirmed"], m=one["concluded"]) if one["concluded"] else "—"
    return html.Tr(
        [
            html.Th([named, *marked(one["mark"])], scope="row", title=one["label"]),
            html.Td(count(one["open"]), className="number"),
            html.Td(money(one["money"]), className="number"),
            html.Td(of, className="number"),
        ]
    )


@callback(
    Output(f"{BOARD}-figures", "children"),
    Input(PROGRAMME, "value"),
    Input(REGION, "value"),
    State(MAY, "data"),
    prevent_initial_call=True,
)
def measure(programme: str | None, region: str | None, may: list[str]) -> list[Component]:
    """Measure the figures again for the filters that were picked."""
    try:
        known = client().read("/figures")["items"]
        return _figures(programme or "", region or "", known, may)
    except RefusedError as error:
        return [refused(error)]


@callback(
    Output(BOARD, "children"),
    Input(FIGURE, "value"),
    Input(PROGRAMME, "value"),
    Input(REGION, "value"),
    State(MAY, "data"),
    prevent_initial_call=True,
)
def rank(figure: str, programme: str | None, region: str | None, may: list[str]) -> Component:
    """Order townships and programmes by the figure that was picked."""
    try:
        return _board(figure, programme or "", region or "", may)
    except RefusedError as error:
        return refused(error)


clientside_callback(
    "(figure, programme, region) => { const query = new URLSearchParams();"
    " Object.entries({figure, programme, region}).forEach(([k, v]) => v && query.set(k, v));"
    " history.replaceState(history.state, '', location.pathname + '?' + query) }",
    Input(FIGURE, "value"),
    Input(PROGRAMME, "value"),
    Input(REGION, "value"),
    prevent_initial_call=True,
)


@callback(
    Output(FILE, "data"),
    Input(EXPORT, "n_clicks"),
    State(FIGURE, "value"),
    State(PROGRAMME, "value"),
    State(REGION, "value"),
    prevent_initial_call=True,
)
def export(_clicks: int, figure: str, programme: str | None, region: str | None) -> Json:
    """The ranking as a file that a spreadsheet opens."""
    told = client().read(f"/figures/{figure}", programme=programme or "", region=region or "")
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow([told["label"], say("as_of", day=told["as_of"]), say("run", run=told["run"])])
    thousand = "per_thousand_households"
    fields = ("rank", "region_label", "numerator", "denominator", "value", thousand)
    names = ("#", *map(say, ("township", "numerator", "denominator", "rate", "per_thousand")))
    write.writerow([*names, say("mark")])
    write.writerows(
        [*(row[f] for f in fields), say(f"mark_{row['mark']}") if row["mark"] else ""]
        for row in told["rows"]
    )
    # The mark at the start tells Excel that this is UTF-8.
    named = f"aidgraph-{figure}-{told['as_of']}.csv"
    return {"content": "\ufeff" + text.getvalue(), "filename": named, "type": "text/csv"}


register(__name__, path="/", title=lambda: say("overview"), name="overview", layout=layout)
