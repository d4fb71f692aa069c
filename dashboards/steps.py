"""The steps that may follow: a button each, and the dialog for those that need words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import feffery_antd_components as fac
from dash import dcc, html

from dashboards.client import RefusedError, client
from dashboards.shell import locale, refused
from dashboards.show import aria, button
from dashboards.then_now import then_now
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

ASKED: Final = "step-asked"
DIALOG: Final = "step-dialog"
BODY: Final = "step-body"
WRONG: Final = "step-wrong"
DO: Final = "step-do"
LEAVE: Final = "step-leave"
CLOSE: Final = "/close"
FORWARD: Final = ("give", "receive", "report", "accept", "close", "register", "dispatch", "sign")
Json = dict[str, Any]


def dialog() -> list[Component]:
    """The dialog, closed and empty."""
    foot = [button(say("confirm"), DO, "primary"), button(say("cancel"), LEAVE)]
    return [
        dcc.Store(id=ASKED),
        fac.AntdModal(
            [
                html.Div(id=BODY),
                html.Div(id=WRONG, className="wrong", role="alert"),
                html.Div(foot, className="acts end"),
            ],
            id=DIALOG,
            visible=False,
            renderFooter=False,
            maskClosable=False,
            forceRender=True,
            transitionType="none",
            width=640,
            locale=locale(),
        ),
    ]


def actions(allowed: list[Json], path: str, version: int) -> list[Component]:
    """A button for each step that may follow, those that lead on first."""
    return [
        button(
            step["label"],
            {
                "type": "step",
                "path": f"{path}/{step['action']}",
                "needs": ",".join(needs(step)),
                "version": str(version),
                # Dash finds what was clicked only by an id in ASCII.
                "label": quote(step["label"]),
            },
            "primary" if step["action"] in FORWARD else "",
        )
        for step in sorted(allowed, key=lambda step: step["action"] not in FORWARD)
    ]


def needs(step: Json) -> list[str]:
    """What a step asks for; closing asks why where nothing can be measured again."""
    return [*step["needs"], *(["reason"] if step["action"] == "close" else [])]


def asked_for(names: list[str], path: str) -> list[Component]:
    """The fields of the dialog; before closing, then and now."""
    told: list[Any] = []
    if path.endswith(CLOSE):
        told.append(preview(path.removesuffix(CLOSE)))
    return [*told, *(_field(name, why_not=path.endswith(CLOSE)) for name in names)]


def _field(name: str, *, why_not: bool) -> Component:
    part = {"type": "step-field", "name": name}
    label = say("reason_to_close" if why_not else name)
    if name == "department":
        offices = client().read("/departments")["items"]
        options = [{"label": d["label"], "value": d["id"]} for d in offices]
        field: Component = fac.AntdSelect(
            id=part, options=options, locale=locale(), **aria(label=label)
        )
    else:
        field = fac.AntdInput(
            id=part,
            mode="text-area",
            autoSize={"minRows": 3, "maxRows": 10},
            autoFocus=True,
            **aria(label=label),
        )
    return html.Div([html.Label(label), field], className="field")


def preview(path: str) -> Component:
    """Then and now as it would be told at this moment; nothing is changed."""
    try:
        return then_now(client().send("POST", f"{path}/remeasure")["then_now"])
    except RefusedError as error:
        return refused(error)
