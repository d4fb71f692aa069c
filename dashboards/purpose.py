"""Why a family is looked at: asked before, written into the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dash import dcc, html

from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

OFFERED: Final = ("check", "instruction", "audit")
SHORTEST: Final = 4  # the service asks for as many characters
LONGEST: Final = 200


def purpose_field(part: str) -> Component:
    """A field that offers the usual purposes and takes any other."""
    offered = [say(f"purpose_{name}") for name in OFFERED]
    return html.Div(
        [
            html.Label(say("purpose_title"), htmlFor=part),
            dcc.Input(
                id=part,
                type="text",
                value=offered[0],
                list=f"{part}-offered",
                maxLength=LONGEST,
                className="text",
            ),
            html.Datalist([html.Option(value=one) for one in offered], id=f"{part}-offered"),
            html.Div(say("purpose_hint"), className="meta"),
        ],
        className="field",
    )


def said(purpose: str | None) -> str:
    """The purpose, or nothing where it says too little."""
    trimmed = (purpose or "").strip()
    return trimmed if len(trimmed) >= SHORTEST else ""
