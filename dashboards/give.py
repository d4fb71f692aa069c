"""*Give an instruction*: one dialog, opened from any figure, row, household or programme."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import ALL, Input, Output, State, callback, clientside_callback, dcc, html, no_update

from dashboards.client import RefusedError, client
from dashboards.shell import CLICKED, URL, locale, refused
from dashboards.show import aria, count, details, link, money
from dashboards.show import button as plain_button
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

DIALOG: Final = "give-dialog"
BODY: Final = "give-body"
ASKED: Final = "give-asked"
WORDS: Final = "give-words"
KIND: Final = "give-kind"
URGENCY: Final = "give-urgency"
LEAD: Final = "give-lead"
ASSIST: Final = "give-assist"
DAYS: Final = "give-days"
PROPOSAL: Final = "give-proposal"
SEND: Final = "give-send"
CANCEL: Final = "give-cancel"
WRONG: Final = "give-wrong"
SAID: Final = "give-said"
MAY: Final = "instructions:give"
KINDS: Final = ("handle", "read", "pass_on", "seen")
URGENCIES: Final = ("normal", "urgent", "extra")
DAYS_WORD: Final = "working_days"
FORBIDDEN: Final = 403


def button(about: dict[str, Any], kind: str = "", says: str = "") -> Component:
    """A button that opens the dialog about one thing."""
    target = json.dumps(about, ensure_ascii=False, sort_keys=True)
    named = {"title": says, **aria(label=says)} if says else {}
    word = say("instruct" if says else "give_instruction")
    return plain_button(word, {"type": "give", "about": target}, f"give {kind}", **named)


def dialog() -> list[Component]:
    """The dialog, closed and empty, and the place that says what was sent."""
    foot = [plain_button(say("send"), SEND, "primary"), plain_button(say("cancel"), CANCEL)]
    return [
        dcc.Store(id=ASKED),
        fac.AntdModal(
            [
                html.Div(id=BODY),
                html.Div(id=WRONG, role="alert"),
                html.Div(foot, className="acts end"),
            ],
            id=DIALOG,
            title=say("give_instruction"),
            visible=False,
            renderFooter=False,
            maskClosable=False,
            forceRender=True,
            transitionType="none",
            width=680,
            locale=locale(),
        ),
        html.Div(id=SAID, role="status"),
    ]


# Pages bring buttons with them; only a click on one goes on to the service.
clientside_callback(
    CLICKED,
    Output(ASKED, "data"),
    Input({"type": "give", "about": ALL}, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output(DIALOG, "visible"),
    Output(BODY, "children"),
    Output(WRONG, "children"),
    Output(SAID, "children"),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def open_dialog(asked: dict[str, Any]) -> tuple[Any, ...]:
    """Show the dialog, prefilled with what the service proposes."""
    about = json.loads(asked["id"]["about"])
    sought = {k: v for k, v in about.items() if k != "filters"} | about.get("filters", {})
    try:
        proposed = client().read("/instructions/prefill", **sought)
        departments = client().read("/departments")["items"]
    except RefusedError as error:
        return True, [], refused(error), ""
    return True, _form(proposed, departments), "", ""


def _form(proposed: dict[str, Any], departments: list[dict[str, Any]]) -> list[Component]:
    options = [{"label": d["label"], "value": d["id"]} for d in departments]
    given = proposed["assignments"]
    lead = next((a["department"] for a in given if a["part"] == "lead"), None)
    assist = [a["department"] for a in given if a["part"] == "assist"]
    days = fac.AntdInputNumber(
        id=DAYS, value=proposed["working_days"], min=1, max=250, **aria(label=say(DAYS_WORD))
    )
    due = " · ".join(filter(None, (proposed["due_on"], proposed["due_note"])))
    return [
        _seen(proposed["about"]),
        _field("words_title", _text(WORDS, "words_hint", rows=3, autoFocus=True)),
        html.Div(
            [
                _field("kind", _choice(KIND, "kind", {k: say(f"kind_{k}") for k in KINDS})),
                _field(
                    "urgency",
                    _choice(URGENCY, "urgency", {u: say(f"urgency_{u}") for u in URGENCIES}),
                ),
                _field(DAYS_WORD, html.Div([days, html.Div(due, className="meta")])),
            ],
            className="row thirds",
        ),
        html.Div(
            [
                _field("lead", _select(LEAD, "lead", options, lead)),
                _field("assist", _select(ASSIST, "assist", options, assist, mode="multiple")),
            ],
            className="row halves",
        ),
        _field("proposal", _text(PROPOSAL, "proposal_hint", rows=1)),
    ]


def _seen(about: dict[str, Any]) -> Component:
    """What the instruction is on, as its reader sees it now."""
    pairs = [(say("about"), html.B(about["label"])), (say("as_of_title"), about["as_of"])]
    if about["numerator"] is not None:
        shown = money if "." in str(about["numerator"]) else count
        of = say("n_of_m", n=shown(about["numerator"]), m=shown(about["denominator"]))
        pairs.append((say("now"), of))
    pairs.append((say("cohort"), say("cohort_frozen", n=count(about["cohort"]))))
    return html.Div(details(*pairs), className="seen")


def _text(part: str, hint: str, rows: int, **more: Any) -> Component:  # noqa: ANN401 - antd's own
    size = {"minRows": rows, "maxRows": 8}
    named = {"placeholder": say(hint), **aria(label=say(hint))}
    return fac.AntdInput(id=part, mode="text-area", autoSize=size, **named, **more)


def _choice(part: str, word: str, named: dict[str, str]) -> Component:
    options = [{"label": label, "value": value} for value, label in named.items()]
    return _select(part, word, options, next(iter(named)))


def _select(part: str, word: str, options: list[dict[str, Any]], value: Any, **more: Any) -> Any:  # noqa: ANN401 - antd's own
    return fac.AntdSelect(
        id=part,
        options=options,
        value=value,
        allowClear=False,
        locale=locale(),
        optionFilterProp="label",
        style={"width": "100%"},
        **aria(label=say(word)),
        **more,
    )


def _field(word: str, control: Component) -> Component:
    return html.Div([html.Label(say(word)), control], className="field")


clientside_callback(
    "() => ''",
    Output(SAID, "children", allow_duplicate=True),
    Input(URL, "pathname"),
    prevent_initial_call=True,
)


clientside_callback(
    "() => false",
    Output(DIALOG, "visible", allow_duplicate=True),
    Input(CANCEL, "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output(DIALOG, "visible", allow_duplicate=True),
    Output(WRONG, "children", allow_duplicate=True),
    Output(SAID, "children", allow_duplicate=True),
    Input(SEND, "n_clicks"),
    State(ASKED, "data"),
    State(WORDS, "value"),
    State(KIND, "value"),
    State(URGENCY, "value"),
    State(DAYS, "value"),
    State(LEAD, "value"),
    State(ASSIST, "value"),
    State(PROPOSAL, "value"),
    prevent_initial_call=True,
    running=[(Output(SEND, "disabled"), True, False)],
)
def send(  # noqa: PLR0913, PLR0917 - one argument a field of the form
    _clicks: int,
    asked: dict[str, Any],
    words: str | None,
    kind: str,
    urgency: str,
    days: int,
    lead: str,
    assist: list[str] | None,
    proposal: str | None,
) -> tuple[Any, Any, Any]:
    """Give the instruction; what is wrong stays in the dialog."""
    said = (words or "").strip()
    if not said:
        return no_update, html.Div(say("words_needed"), className="wrong"), no_update
    parts = [(lead, "lead"), *((d, "assist") for d in assist or [] if d != lead)]
    body = {
        "words": said,
        "kind": kind,
        "urgency": urgency,
        "working_days": days,
        "proposal": (proposal or "").strip() or None,
        "about": json.loads(asked["id"]["about"]),
        "assignments": [{"department": d, "part": p, "task": said} for d, p in parts if d],
        "give": True,
    }
    try:
        given = _give(body)
    except RefusedError as error:
        return no_update, refused(error), no_update
    return False, "", _sent(given)


def _give(body: dict[str, Any]) -> dict[str, Any]:
    """The instruction, sent; handed in for registration by a role that may not send."""
    asked = client()
    try:
        given: dict[str, Any] = asked.send("POST", "/instructions", body)
    except RefusedError as error:
        if error.status != FORBIDDEN:
            raise
        draft = asked.send("POST", "/instructions", {**body, "give": False})
        given = asked.send("POST", f"/instructions/{draft['id']}/submit")
    return given


def _sent(given: dict[str, Any]) -> Component:
    says = say("sent", number=given["number"]) if given["number"] else say("handed_in")
    opened = link(say("see_it"), "/instructions", id=given["id"])
    return html.Div([html.Span(says), opened], className="toast", key=given["id"])
