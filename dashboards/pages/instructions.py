"""What was instructed, who has it, and what came of it? One page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from dash import (
    ALL,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
    no_update,
    register_page,
)

from dashboards.client import RefusedError, client
from dashboards.instruction import detail, rows_of
from dashboards.shell import CLICKED, page, refused
from dashboards.show import address, aria, count, empty, heading, tag
from dashboards.steps import (
    ASKED,
    BODY,
    CLOSE,
    DIALOG,
    DO,
    LEAVE,
    WRONG,
    asked_for,
    dialog,
    preview,
)
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

PANE: Final = "instructions-pane"
WHICH: Final = "instructions-which"
SAID: Final = "instructions-said"
COHORT: Final = "instructions-cohort"
LISTS: Final[dict[str, dict[str, Any]]] = {
    "all": {},
    "in_progress": {"state": "in_progress"},
    "to_close": {"state": "to_close"},
    "closed": {"state": "closed"},
    "overdue": {"overdue": "true"},
}
MOST: Final = 500
LONG: Final = 70
Json = dict[str, Any]


@page
def layout(me: Json, id: str = "", show: str = "all", **_query: str) -> list[Any]:  # noqa: A002 - the word in the address
    """All instructions in scope beside the one that is open."""
    del me
    known = show if show in LISTS else "all"
    tabs = [
        dcc.Link(
            say(f"show_{name}"),
            href=address("/instructions", show=name, id=id),
            className="here" if name == known else "",
        )
        for name in LISTS
    ]
    return [
        heading(say("instructions"), say("your_scope")),
        html.Nav(tabs, className="tabs", **aria(label=say("instructions"))),
        dcc.Store(id=WHICH, data={"id": id, "show": known}),
        html.Div(pane(id, known), id=PANE),
        html.Div(id=SAID, role="status"),
        *dialog(),
    ]


def pane(which: str, show: str) -> Component:
    """The list, and the one that is open; the newest where none was picked."""
    asked = client()
    found = asked.every("/instructions", MOST, **LISTS[show])
    items = found["items"]
    if not items and not which:
        return empty(say("no_instructions" if show == "all" else "none_of_these"))
    opened = which or items[0]["id"]
    try:
        shown = detail(asked.read(f"/instructions/{opened}"), asked.read("/me")["may"])
    except RefusedError as error:
        shown = [refused(error)]
    of = say("n_of_m", n=count(len(items)), m=count(found["total"]))
    listed = [html.Div(of, className="meta"), *(_entry(i, opened, show) for i in items)]
    return html.Div(
        [html.Div(listed, className="picks"), html.Section(shown, className="card instruction")],
        className="row narrow-left",
    )


def _entry(one: Json, opened: str, show: str) -> Component:
    late = [tag(say("overdue"), "late")] if one["overdue"] else []
    urgent = [tag(one["urgency_label"], "urgent")] if one["urgency"] != "normal" else []
    words = one["words"] if len(one["words"]) <= LONG else f"{one['words'][:LONG]}…"
    beside = (
        one["about"],
        one["lead_label"],
        f"{say('due')} {one['due_on'] or '—'}",
    )
    return dcc.Link(
        [
            html.Div(
                [
                    html.B(one["number"] or say("no_number")),
                    tag(one["state_label"], f"state {one['state']}"),
                    *urgent,
                    *late,
                ],
                className="line",
            ),
            html.Div(words),
            html.Div(" · ".join(filter(None, beside)), className="meta"),
        ],
        href=address("/instructions", id=one["id"], show=show),
        className="pick here" if one["id"] == opened else "pick",
    )


# Only a click goes on to the service, not that buttons have come.
clientside_callback(
    CLICKED,
    Output(ASKED, "data"),
    Input({"type": "step", "path": ALL, "needs": ALL, "version": ALL, "label": ALL}, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output(DIALOG, "visible"),
    Output(DIALOG, "title"),
    Output(BODY, "children"),
    Output(WRONG, "children"),
    Output(PANE, "children"),
    Output(SAID, "children"),
    Input(ASKED, "data"),
    State(WHICH, "data"),
    prevent_initial_call=True,
)
def step(asked: Json, which: Json) -> tuple[Any, ...]:
    """Take a step; where it needs words, ask for them first."""
    wanted = asked["id"]
    if wanted["needs"]:
        body = asked_for(wanted["needs"].split(","), wanted["path"])
        return True, unquote(wanted["label"]), body, "", no_update, ""
    return (no_update,) * 4 + take(wanted, {}, which)


def take(wanted: Json, given: Json, which: Json) -> tuple[Any, Any]:
    """The page after a step, and what became of the step."""
    try:
        client().send("POST", wanted["path"], given, version=wanted["version"])
    except RefusedError as error:
        return no_update, refused(error)
    told = say("step_taken", step=unquote(wanted["label"]))
    says = html.Div(told, className="toast", key=wanted["path"])
    return pane(which["id"], which["show"]), says


@callback(
    Output(DIALOG, "visible", allow_duplicate=True),
    Output(WRONG, "children", allow_duplicate=True),
    Output(PANE, "children", allow_duplicate=True),
    Output(SAID, "children", allow_duplicate=True),
    Input(DO, "n_clicks"),
    State(ASKED, "data"),
    State({"type": "step-field", "name": ALL}, "value"),
    State({"type": "step-field", "name": ALL}, "id"),
    State(WHICH, "data"),
    prevent_initial_call=True,
    running=[(Output(DO, "disabled"), True, False)],
)
def confirm(
    _clicks: int, asked: Json, values: list[str | None], names: list[Json], which: Json
) -> tuple[Any, ...]:
    """Take the step that words were asked for; what is wrong stays in the dialog."""
    wanted = asked["id"]
    given = {n["name"]: (v or "").strip() for n, v in zip(names, values, strict=True)}
    lacking = [name for name in given if not given[name] and not wanted["path"].endswith(CLOSE)]
    if lacking:
        return no_update, say(f"needed_{lacking[0]}"), no_update, no_update
    shown, says = take(wanted, {k: v for k, v in given.items() if v}, which)
    if shown is no_update:
        return no_update, says, no_update, no_update
    return False, "", shown, says


clientside_callback(
    "() => false",
    Output(DIALOG, "visible", allow_duplicate=True),
    Input(LEAVE, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output("instruction-now", "children"),
    Input("instruction-measure", "n_clicks"),
    State("instruction-measure", "name"),
    prevent_initial_call=True,
)
def measure(_clicks: int, which: str) -> Component:
    """The figure and its rows as they stand now; nothing is changed."""
    return preview(f"/instructions/{which}")


@callback(
    Output(COHORT, "children"),
    Input("instruction-rows", "n_clicks"),
    State("instruction-rows", "name"),
    prevent_initial_call=True,
)
def cohort(_clicks: int, which: str) -> Component:
    """The rows that the instruction was given on, and what became of each."""
    asked = client()
    try:
        of = asked.read(f"/instructions/{which}")
        return rows_of(asked.read(f"/instructions/{which}/cohort")["items"], of)
    except RefusedError as error:
        return refused(error)


register_page(
    __name__,
    path="/instructions",
    title=lambda: say("instructions"),
    name="instructions",
    layout=layout,
)
