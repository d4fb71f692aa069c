"""A list of findings: filters above, the grid, and beside it the finding that was picked."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import dash_ag_grid as dag
import feffery_antd_components as fac
from dash import (
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
    no_update,
)

from dashboards import give
from dashboards.client import RefusedError, client
from dashboards.finding import CLOSE, OPEN, PANEL, PURPOSE, WRONG, panel, shown
from dashboards.finding import GIVE as GIVE_ON
from dashboards.purpose import said
from dashboards.refusal import query_of
from dashboards.shell import locale, refused
from dashboards.show import address, aria, button, count, empty, heading, money
from dashboards.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash.development.base_component import Component

FINDS: Final = "listing-finds"
GRID: Final = "listing-grid"
LIST: Final = "listing-list"
TOTAL: Final = "listing-total"
QUESTION: Final = "listing-question"
PROGRAMME: Final = "listing-programme"
REGION: Final = "listing-region"
SEVERITY: Final = "listing-severity"
STATE: Final = "listing-state"
EXPORT: Final = "listing-export"
FILE: Final = "listing-file"
CLEAR: Final = "listing-clear"
GO: Final = "listing-go"
MAY: Final = "listing-may"
GIVE: Final = "listing-give"
FILTERS: Final = ("question", "programme", "region", "severity", "work_state")
PARTS: Final = (QUESTION, PROGRAMME, REGION, SEVERITY, STATE)
WORK_STATES: Final = (
    "to_dispatch", "to_receive", "checking", "to_review", "closed", "returned", "suspended"
)  # fmt: skip
YUAN: Final = "params.value == null ? '—' : d3.format(',.2f')(params.value)"
MOST: Final = 5000


def listing(finds: str, title: str) -> Callable[..., list[Any]]:
    """The layout of the page that lists one kind of finding."""

    def layout(me: dict[str, Any], **query: str) -> list[Any]:
        chosen = {name: query.get(name, "") for name in FILTERS}
        asked = client()
        run = asked.read("/runs/latest")
        grid, total = rows(finds, **chosen)
        export = button(say("export"), EXPORT)
        return [
            heading(
                say(title),
                say("as_of", day=run["as_of"]),
                say("your_scope"),
                acts=(html.Div(_give(finds, chosen, me["may"]), id=GIVE), export),
            ),
            dcc.Store(id=FINDS, data=finds),
            dcc.Store(id=MAY, data=me["may"]),
            dcc.Download(id=FILE),
            dcc.Location(id=GO, refresh="callback-nav"),
            html.Div([*_filters(finds, chosen), html.Div(total, id=TOTAL)], className="filters"),
            html.Div(
                [html.Div(grid, id=LIST), panel(me["may"])],
                className="listing",
            ),
        ]

    return layout


FIGURE_OF: Final = {
    "gap": "suspected_gaps",
    "duplicate": "suspected_overpaid",
    "suspicion": "suspected_overpaid",
}


def _give(finds: str, chosen: dict[str, str], may: list[str]) -> list[Component]:
    """The button that instructs on the list's figure, cut as the list is by programme and place."""
    filters = {name: [chosen[name]] for name in ("programme", "region") if chosen[name]}
    about = {"figure": FIGURE_OF[finds], "filters": filters}
    return [give.button(about)] if give.MAY in may else []


def _filters(finds: str, chosen: dict[str, str]) -> list[Component]:
    asked = client()
    questions = [q for q in asked.read("/questions")["items"] if q["finds"] == finds]
    programmes = asked.read("/programmes")["items"]
    regions = [r for r in asked.read("/regions")["items"] if r["level"] in ("county", "township")]
    severities = [{"id": s, "label": say(s)} for s in ("hard", "soft")]
    states = [{"id": s, "label": say(f"work_{s}")} for s in WORK_STATES]
    asked_by = [{"id": q["id"], "label": q["title"]} for q in questions]
    by_code = [{"id": r["code"], "label": r["label"]} for r in regions]
    offered = (asked_by, programmes, by_code, severities, states)
    words = ("question", "programme", "township", "severity", "state")
    return [
        *(
            _choice(part, word, options, chosen[name])
            for part, word, options, name in zip(PARTS, words, offered, FILTERS, strict=True)
        ),
        button(say("clear_filters"), CLEAR, "quiet"),
    ]


def _choice(part: str, word: str, options: list[dict[str, Any]], value: str) -> Component:
    return fac.AntdSelect(
        id=part,
        options=[{"label": o["label"], "value": o["id"]} for o in options],
        value=value or None,
        placeholder=say(word),
        allowClear=True,
        optionFilterProp="label",
        popupMatchSelectWidth=False,
        locale=locale(),
        className=f"filter {word}",
        **aria(label=say(word)),
    )


def rows(finds: str, **chosen: str) -> tuple[Any, Any]:
    """The grid for these filters, and what it holds in all."""
    try:
        found = client().every("/findings", MOST, finds=finds, **chosen)
    except RefusedError as error:
        return refused(error), ""
    if not found["items"]:
        return empty(say("nothing_found")), ""
    values = {"n": count(found["total"]), "households": count(found.get("households"))}
    total = say("listing_total", money=money(found.get("money")), **values)
    if found["total"] > len(found["items"]):
        held = {"n": count(len(found["items"])), "m": count(found["total"])}
        total += " · " + say("shown_of", **held)
    return _grid(found["items"]), total


def _columns() -> list[dict[str, Any]]:
    """Field, title and width of each column; what may be cut is told in full by a tooltip."""
    right = {"type": "rightAligned", "cellClass": "number"}
    long = ("question_label", "programme_label")
    widths = {
        "question_label": ("question", 240),
        "programme_label": ("programme", 222),
        "region_label": ("township", 112),
        "household": ("household", 112),
        "unit_word": ("unit", 76),
        "yuan": ("amount", 116),
        "months": ("months", 80),
        "severity_word": ("severity", 80),
        "work_state_label": ("state", 104),
        "day": ("first_seen", 112),
    }
    return [
        {
            "field": field,
            "headerName": say(word),
            "flex": width,
            "minWidth": 160 if field in long else width,
            **({"tooltipField": field} if field in long else {}),
            **(right if field in ("yuan", "months") else {}),
            **({"valueFormatter": {"function": YUAN}} if field == "yuan" else {}),
        }
        for field, (word, width) in widths.items()
    ]


def _row(item: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "id", "household", "programme", "months", "question", "question_label", "region_label",
        "unit_id", "work_state_label",
    )  # fmt: skip
    return {
        **{name: item[name] for name in kept},
        "programme_label": item["programme_label"] or "—",
        "yuan": None if item["money"] is None else float(item["money"]),
        "severity_word": say(item["severity"]),
        "unit_word": say(f"unit_{item['unit']}"),
        "day": (item["first_seen"] or "")[:10],
    }


GRID_WORDS: Final = (
    "page", "to", "of", "more", "next", "last", "first", "previous", "pageSizeSelectorLabel",
    "noRowsToShow", "loadingOoo", "ariaPageSizeSelectorLabel",
)  # fmt: skip


def _grid(items: list[dict[str, Any]]) -> dag.AgGrid:
    return dag.AgGrid(
        id=GRID,
        columnDefs=_columns(),
        rowData=[_row(item) for item in items],
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True},
        dashGridOptions={
            "rowSelection": {
                "mode": "singleRow",
                "checkboxes": False,
                "enableClickSelection": True,
            },
            "rowHeight": 36,
            "headerHeight": 38,
            "pagination": True,
            "paginationPageSize": 100,
            "paginationPageSizeSelector": [50, 100, 500],
            "animateRows": False,
            "suppressCellFocus": False,
            "localeText": {word: say(f"grid_{word}") for word in GRID_WORDS},
        },
        className="ag-theme-quartz grid",
        style={"height": None},
    )


@callback(
    Output(LIST, "children"),
    Output(TOTAL, "children"),
    Output(PANEL, "children", allow_duplicate=True),
    Output(GIVE, "children"),
    inputs={"values": tuple(Input(part, "value") for part in PARTS)},
    state={"finds": State(FINDS, "data"), "may": State(MAY, "data")},
    prevent_initial_call=True,
)
def show(values: tuple[str | None, ...], finds: str, may: list[str]) -> tuple[Any, ...]:
    """Redraw the list when the reader picks a filter."""
    chosen = {name: value or "" for name, value in zip(FILTERS, values, strict=True)}
    return (*rows(finds, **chosen), [], _give(finds, chosen, may))


# The address follows the filters, so that the list as it stands can be sent to a colleague.
clientside_callback(
    "(...values) => { const query = new URLSearchParams();"
    f" {list(FILTERS)!r}.forEach((name, i) => values[i] && query.set(name, values[i]));"
    " const said = query.size ? '?' + query : '';"
    " history.replaceState(history.state, '', location.pathname + said) }",
    *(Input(part, "value") for part in PARTS),
    prevent_initial_call=True,
)


clientside_callback(
    f"() => Array({len(PARTS)}).fill(null)",
    *(Output(part, "value") for part in PARTS),
    Input(CLEAR, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output(FILE, "data"),
    Input(EXPORT, "n_clicks"),
    State(GRID, "virtualRowData"),
    State(FINDS, "data"),
    prevent_initial_call=True,
)
def export(_clicks: int, seen: list[dict[str, Any]] | None, finds: str) -> Any:  # noqa: ANN401 - a file or no_update
    """The list as it stands on the screen, as a file that a spreadsheet opens."""
    if not seen:
        return no_update
    run = client().read("/runs/latest")
    columns = _columns()
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow([say("as_of", day=run["as_of"]), say("run", run=run["id"]), say("your_scope")])
    write.writerow([column["headerName"] for column in columns])
    write.writerows([row.get(column["field"]) for column in columns] for row in seen)
    # The mark at the start tells Excel that this is UTF-8.
    return {
        "content": "\ufeff" + text.getvalue(),
        "filename": f"aidgraph-{finds}-{run['as_of']}.csv",
        "type": "text/csv",
    }


@callback(
    Output(PANEL, "children"),
    Output(GIVE_ON, "children"),
    Input(GRID, "selectedRows"),
    State(MAY, "data"),
    prevent_initial_call=True,
)
def pick(picked: list[dict[str, Any]] | None, may: list[str]) -> tuple[Any, Any]:
    """The finding that was picked: its evidence, and what can be done with it."""
    if not picked:
        return [], []
    asked = client()
    try:
        finding = asked.read(f"/findings/{picked[0]['id']}")
        named = [*asked.read("/programmes")["items"], *asked.read("/departments")["items"]]
    except RefusedError as error:
        return refused(error), []
    labels = {one["id"]: one["label"] for one in named}
    about = {"finding": finding["id"]}
    return shown(finding, labels), [give.button(about)] if give.MAY in may else []


clientside_callback(
    "clicks => clicks ? [] : dash_clientside.no_update",
    Output(GRID, "selectedRows"),
    Input(CLOSE, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output(GO, "href"),
    Output(WRONG, "children"),
    Input(OPEN, "n_clicks"),
    State(PURPOSE, "value"),
    State(GRID, "selectedRows"),
    prevent_initial_call=True,
)
def open_household(
    _clicks: int, purpose: str | None, picked: list[dict[str, Any]]
) -> tuple[Any, Any]:
    """Open the household of the picked row, for the purpose that was said."""
    if not said(purpose):
        return no_update, say("purpose_needed")
    row = picked[0]
    query = {"id": row["household"], "purpose": said(purpose), "programme": row["programme"]}
    return address("/household", **query, **query_of(row)), ""
