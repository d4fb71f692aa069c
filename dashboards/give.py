"""*Give an instruction*: one dialog, opened from any figure, row, household or programme."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import feffery_antd_components as fac
from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update

from dashboards.client import RefusedError, client, language
from dashboards.shell import refused
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

DIALOG: Final = "give-dialog"
BODY: Final = "give-body"
ABOUT: Final = "give-about"
WORDS: Final = "give-words"
KIND: Final = "give-kind"
URGENCY: Final = "give-urgency"
LEAD: Final = "give-lead"
ASSIST: Final = "give-assist"
DAYS: Final = "give-days"
SAID: Final = "give-said"


def button(about: dict[str, Any], **more: Any) -> Component:  # noqa: ANN401 - antd's own options
    """A button that opens the dialog about one thing."""
    target = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return fac.AntdButton(
        say("give_instruction"), id={"type": "give", "about": target}, **{"type": "primary"} | more
    )


def dialog() -> list[Component]:
    """The dialog, closed and empty."""
    return [
        dcc.Store(id=ABOUT),
        fac.AntdModal(
            html.Div(id=BODY),
            id=DIALOG,
            title=html.Span(id="give-title"),
            visible=False,
            renderFooter=True,
            okText=say("send"),
            cancelText=say("cancel"),
            okClickClose=False,
            maskClosable=False,
            width=640,
            locale="zh-cn" if language() == "zh" else "en-us",
        ),
        html.Div(id=SAID),
    ]


@callback(
    Output(DIALOG, "visible"),
    Output(BODY, "children"),
    Output(ABOUT, "data"),
    Output("give-title", "children"),
    Input({"type": "give", "about": ALL}, "nClicks"),
    prevent_initial_call=True,
)
def open_dialog(clicks: list[int | None]) -> tuple[Any, Any, Any, Any]:
    """Show the dialog, prefilled with what the service proposes."""
    if not any(clicks) or not ctx.triggered_id:
        return no_update, no_update, no_update, no_update
    about = json.loads(ctx.triggered_id["about"])
    asked = {k: v for k, v in about.items() if k != "filters"} | about.get("filters", {})
    try:
        proposed = client().read("/instructions/prefill", **asked)
        departments = client().read("/departments")["items"]
    except RefusedError as error:
        return True, refused(error), None, say("give_instruction")
    return True, _form(proposed, departments), about, say("give_instruction")


def _form(proposed: dict[str, Any], departments: list[dict[str, Any]]) -> list[Component]:
    about = proposed["about"]
    options = [{"label": d["label"], "value": d["id"]} for d in departments]
    given = proposed["assignments"]
    lead = next((a["department"] for a in given if a["part"] == "lead"), None)
    assist = [a["department"] for a in given if a["part"] == "assist"]
    seen = say("seen_value", value=about.get("value") or "—", cohort=about.get("cohort") or 0)
    return [
        _field("about", html.Div([html.B(about["label"]), " ", html.Span(seen, className="meta")])),
        _field(
            "words_title",
            fac.AntdInput(id=WORDS, mode="text-area", autoSize={"minRows": 3}, autoFocus=True),
        ),
        html.Div(say("words_hint"), className="meta"),
        html.Div(
            [
                _field("kind", _choice(KIND, "kind", ("handle", "read", "seen", "pass_on"))),
                _field("urgency", _choice(URGENCY, "urgency", ("normal", "urgent", "extra"))),
                _field(
                    "working_days",
                    fac.AntdInputNumber(id=DAYS, value=proposed["working_days"], min=1),
                ),
            ],
            className="row three",
        ),
        _field("lead", fac.AntdSelect(id=LEAD, options=options, value=lead, allowClear=False)),
        _field("assist", fac.AntdSelect(id=ASSIST, options=options, value=assist, mode="multiple")),
        html.Div(proposed.get("due_note") or "", className="meta"),
        html.Div(id="give-wrong", role="alert"),
    ]


def _choice(part: str, word: str, values: tuple[str, ...]) -> Component:
    options = [{"label": say(f"{word}_{v}"), "value": v} for v in values]
    return fac.AntdSelect(id=part, options=options, value=values[0], allowClear=False)


def _field(word: str, control: Component) -> Component:
    return html.Div([html.Label(say(word)), control], className="field")


@callback(
    Output(DIALOG, "visible", allow_duplicate=True),
    Output("give-wrong", "children"),
    Output(SAID, "children"),
    Input(DIALOG, "okCounts"),
    State(ABOUT, "data"),
    State(WORDS, "value"),
    State(KIND, "value"),
    State(URGENCY, "value"),
    State(DAYS, "value"),
    State(LEAD, "value"),
    State(ASSIST, "value"),
    prevent_initial_call=True,
)
def send(  # noqa: PLR0913, PLR0917 - one argument a field of the form
    _clicks: int,
    about: dict[str, Any],
    words: str,
    kind: str,
    urgency: str,
    days: int,
    lead: str,
    assist: list[str] | None,
) -> tuple[Any, Any, Any]:
    """Give the instruction; what is wrong stays in the dialog."""
    parts = [(lead, "lead"), *((d, "assist") for d in assist or [] if d != lead)]
    body = {
        "words": words or "",
        "kind": kind,
        "urgency": urgency,
        "working_days": days,
        "about": about,
        "assignments": [{"department": d, "part": p, "task": words or ""} for d, p in parts],
        "give": True,
    }
    try:
        given = client().send("POST", "/instructions", body)
    except RefusedError as error:
        return no_update, refused(error), no_update
    says = say("sent", number=given["number"] or "")
    return False, "", fac.AntdMessage(content=says, type="success")
