"""Who should receive and has not applied? One page answers."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import dash_ag_grid as dag
import feffery_antd_components as fac
from dash import (
    Input,
    Output,
    State,
    callback,
    dcc,
    get_relative_path,
    html,
    no_update,
    register_page,
)

from dashboards import give
from dashboards.client import RefusedError, client, language
from dashboards.shell import URL, page, refused
from dashboards.show import count, empty, heading, money
from dashboards.words import say

GRID: Final = "gaps-grid"
LIST: Final = "gaps-list"
TOTAL: Final = "gaps-total"
PROGRAMME: Final = "gaps-programme"
REGION: Final = "gaps-region"
QUESTION: Final = "gaps-question"
SEVERITY: Final = "gaps-severity"
EXPORT: Final = "gaps-export"
CHOSEN: Final = "gaps-chosen"
PURPOSE: Final = "gaps-purpose"
YUAN: Final = "params.value == null ? '—' : d3.format(',.2f')(params.value)"
MOST: Final = 5000


@page("gaps")
def layout(region: str = "", programme: str = "", question: str = "", **_query: str) -> list[Any]:
    """Filters, the list, and what can be done with a row of it."""
    asked = client()
    run = asked.read("/runs/latest")
    programmes = asked.read("/programmes")["items"]
    regions = [r for r in asked.read("/regions")["items"] if r["level"] in ("county", "township")]
    questions = [q for q in asked.read("/questions")["items"] if q["finds"] == "gap"]
    filters = [
        _choice(QUESTION, "question", questions, question),
        _choice(PROGRAMME, "programme", programmes, programme),
        _choice(REGION, "township", regions, region, key="code"),
        _choice(SEVERITY, "severity", [{"id": s, "label": say(s)} for s in ("hard", "soft")], ""),
        fac.AntdButton(say("export"), id=EXPORT),
    ]
    return [
        heading(say("gaps"), say("as_of", day=run["as_of"]), say("your_scope")),
        html.Div(filters, className="filters"),
        html.Div(id=TOTAL, className="meta"),
        html.Div(id=CHOSEN, className="filters"),
        dcc.Loading(html.Div(id=LIST), type="dot", color="#c8102e"),
    ]


def _choice(
    part: str, word: str, options: list[dict[str, Any]], value: str, key: str = "id"
) -> Any:  # noqa: ANN401
    return fac.AntdSelect(
        id=part,
        options=[{"label": o["label"], "value": o[key]} for o in options],
        value=value or None,
        placeholder=say(word),
        allowClear=True,
        optionFilterProp="label",
        style={"minWidth": 190},
    )


@callback(
    Output(LIST, "children"),
    Output(TOTAL, "children"),
    Input(QUESTION, "value"),
    Input(PROGRAMME, "value"),
    Input(REGION, "value"),
    Input(SEVERITY, "value"),
)
def show(question: str, programme: str, region: str, severity: str) -> tuple[Any, Any]:
    """Redraw the list when the reader picks a filter."""
    chosen = {"question": question, "programme": programme, "region": region, "severity": severity}
    try:
        found = client().every("/findings", MOST, finds="gap", **chosen)
    except RefusedError as error:
        return refused(error), ""
    if not found["items"]:
        return empty(say("nothing_found")), ""
    total = say(
        "gaps_total",
        n=count(found["total"]),
        households=count(found.get("households")),
        money=money(found.get("money")),
    )
    if found["total"] > len(found["items"]):
        total += " · " + say("n_of_m", n=len(found["items"]), m=found["total"])
    return _grid(found["items"]), total


def _grid(items: list[dict[str, Any]]) -> dag.AgGrid:
    columns = [
        {"field": "household", "headerName": say("household"), "checkboxSelection": True},
        {"field": "question_label", "headerName": say("question"), "flex": 2},
        {"field": "programme_label", "headerName": say("programme"), "flex": 2},
        {"field": "region_label", "headerName": say("township")},
        {"field": "unit_word", "headerName": say("unit"), "maxWidth": 110},
        {
            "field": "yuan",
            "headerName": say("money_month"),
            "type": "rightAligned",
            "valueFormatter": {"function": YUAN},
        },
        {"field": "severity_word", "headerName": say("severity"), "maxWidth": 110},
        {"field": "work_state_label", "headerName": say("state")},
        {"field": "first_seen", "headerName": say("first_seen")},
    ]
    rows = [
        {
            **item,
            "yuan": None if item["money"] is None else float(item["money"]),
            "severity_word": say(item["severity"]),
            "unit_word": say(f"unit_{item['unit']}"),
            "first_seen": (item["first_seen"] or "")[:10],
        }
        for item in items
    ]
    return dag.AgGrid(
        id=GRID,
        columnDefs=columns,
        rowData=rows,
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True, "flex": 1, "minWidth": 100},
        dashGridOptions={
            "rowSelection": "single",
            "pagination": True,
            "paginationPageSize": 50,
            "animateRows": False,
        },
        csvExportParams={"fileName": "aidgraph-gaps.csv"},
        style={"height": "calc(100vh - 260px)", "minHeight": 420},
    )


@callback(Output(GRID, "exportDataAsCsv"), Input(EXPORT, "nClicks"), prevent_initial_call=True)
def export(_clicks: int) -> bool:
    """The list as it stands, as a file."""
    return True


@callback(Output(CHOSEN, "children"), Input(GRID, "selectedRows"))
def choose(rows: list[dict[str, Any]] | None) -> Any:  # noqa: ANN401 - a list of parts
    """What can be done with the row that was ticked."""
    if not rows:
        return []
    row = rows[0]
    offered = [say(f"purpose_{p}") for p in ("check", "instruction", "audit")]
    parts: list[Any] = [
        html.B(f"{row['household']} · {row['programme_label']}"),
        fac.AntdSelect(
            id=PURPOSE,
            options=offered,
            value=offered[0],
            mode="tags",
            maxCount=1,
            placeholder=say("purpose_title"),
            style={"minWidth": 220},
            locale="zh-cn" if language() == "zh" else "en-us",
        ),
        fac.AntdButton(say("open_household"), id="gaps-open"),
    ]
    if "instructions:give" in client().read("/me")["may"]:
        parts.append(give.button({"finding": row["id"]}))
    return [*parts, html.Span(say("purpose_hint"), className="meta")]


@callback(
    Output(URL, "href", allow_duplicate=True),
    Input("gaps-open", "nClicks"),
    State(PURPOSE, "value"),
    State(GRID, "selectedRows"),
    prevent_initial_call=True,
)
def open_household(clicks: int | None, purpose: Any, rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    """Open the household of the ticked row, for the purpose that was said."""
    said = purpose[0] if isinstance(purpose, list) and purpose else purpose
    if not clicks or not rows or not said:
        return no_update
    query = urlencode(
        {"id": rows[0]["household"], "purpose": said, "programme": rows[0]["programme"]}
    )
    return f"{get_relative_path('/household')}?{query}"


register_page(__name__, path="/gaps", name="Gaps", layout=layout)
