"""What was known on the day of a refusal, beside the last run: two trees, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import Input, Output, State, callback, dcc, html

from dashboards.client import RefusedError, client
from dashboards.reasons import tree
from dashboards.shell import refused
from dashboards.show import aria, card, empty, link, record
from dashboards.words import say, say_known

if TYPE_CHECKING:
    from dash.development.base_component import Component

KIND: Final = "refused_though_qualifying"
ASKED: Final = "refusal-asked"
SHOWN: Final = "refusal-shown"
ROWS: Final = 3
Json = dict[str, Any]


def query_of(finding: Json) -> Json:
    """What the household's page is asked besides, where a finding is a refusal."""
    return {"refused_to": finding["unit_id"]} if finding["question"] == KIND else {}


def link_of(finding: Json, purpose: str) -> list[Any]:
    """The way from a refusal to what was known then; of another finding nothing."""
    more = query_of(finding)
    if not more:
        return []
    home = {"id": finding["household"], "programme": finding["programme"], "purpose": purpose}
    return [html.Div(link(say("known_then"), "/household", **home, **more))]


def place(household: str, unit: str, programme: str, purpose: str) -> list[Component]:
    """Where it is drawn once the rest is there: a day is decided again for it."""
    asked = {"household": household, "unit": unit, "programme": programme, "purpose": purpose}
    waits = [html.Div(className="waiting still"), html.P(say("known_then_waits"), className="meta")]
    return [
        dcc.Store(id=ASKED, data=asked),
        html.Div(waits, id=SHOWN, className="row", role="status"),
    ]


@callback(Output(SHOWN, "children"), Input(ASKED, "data"), State(SHOWN, "id"))
def draw(asked: Json, _place: str) -> Component:
    """Ask for the day's decision and show it beside today's."""
    path = f"/households/{asked['household']}/decided-then"
    words = {name: asked[name] for name in ("unit", "programme", "purpose")}
    try:
        return sides(client().read_long(path, **words))
    except RefusedError as error:
        return refused(error)


def sides(told: Json) -> Component:
    """Both decisions, and a line a difference."""
    asked, day = told["application"], told["day"]
    left = "hindsight" if told["nothing_known"] else "then"
    says = say(
        "known_then_of",
        programme=asked["programme_label"] or asked["programme"],
        day=day,
        result=say_known(f"result_{asked['result']}", str(asked["result"] or "—")),
    )
    reason = [html.P(asked["refusal_reason"])] if asked.get("refusal_reason") else []
    notes = [html.P(told["nothing_known"], role="alert")] if told["nothing_known"] else []
    halves = [
        _side(say(f"side_{left}", day=day), told[left]),
        _side(say("side_today", day=told["as_of"]), told["today"]),
    ]
    return card(
        say("known_then"),
        html.P(says),
        *reason,
        *notes,
        html.H3(say("known_differences")),
        _differences(told["differences"]),
        html.Div(halves, className="halves"),
    )


def _side(title: str, decision: Json | None) -> Component:
    shown = tree(decision, title) if decision else [html.H3(title), empty(say("known_nobody"))]
    return html.Section(shown, **aria(label=title))


def _differences(found: list[Json]) -> Component:
    if not found:
        return html.P(say("known_no_difference"))
    return html.Ul([html.Li(_difference(one)) for one in found], className="told")


def _difference(one: Json) -> list[Any]:
    """What it says, and the first rows with the day on which each was loaded."""
    withheld = [" ", html.Span(say("withheld"), className="withheld")] if one["withheld"] else []
    rows = [
        html.Div(
            [record(row), " · ", say("loaded_on", day=row["loaded_on"] or "—")], className="source"
        )
        for row in one["rows"][:ROWS]
    ]
    more = len(one["rows"]) - ROWS
    rest = [html.Div(say("more", n=more), className="meta")] if more > 0 else []
    return [one["says"], *withheld, *rows, *rest]
