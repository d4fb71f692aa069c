"""The reasons of one decision: each criterion with its value, standard, article, source rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboards.show import money, record, tag, truth
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component


def tree(decision: dict[str, Any]) -> list[Component]:
    """A decision: its status, what is missing, how near it was, and its criteria as a tree."""
    head = [
        html.H2(
            [
                decision["label"],
                " · ",
                decision.get("who", ""),
                " ",
                tag(decision["status_label"], decision["status"]),
            ]
        ),
    ]
    facts = []
    if decision["amount"] is not None and decision["status"] == "eligible":
        facts.append(
            (say("amount"), say(f"per_{decision['period']}", money=money(decision["amount"])))
        )
    if decision["with_programme"]:
        facts.append(("", say("yields_to", programme=decision["with_programme"])))
    if decision["missing"]:
        facts.append((say("missing_facts"), " · ".join(m["label"] for m in decision["missing"])))
    facts += [
        (say(key), _sentence(decision[key])) for key in ("near_miss", "next_fact") if decision[key]
    ]
    listed = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    return [
        *head,
        html.Dl(listed, className="kv"),
        html.H3(say("reasons")),
        html.Div(html.Ul(_criterion(decision["tree"])), className="tree")
        if decision["tree"]
        else html.Div(),
    ]


def _sentence(said: Any) -> str:  # noqa: ANN401 - a sentence, or a mapping that has one
    return (
        str(said.get("says") or said.get("label") or said) if isinstance(said, dict) else str(said)
    )


def _criterion(criterion: dict[str, Any]) -> Component:
    parts = [html.Ul([_criterion(p) for p in criterion["parts"]])] if criterion["parts"] else []
    return html.Li(
        [
            truth(criterion["truth"]),
            " ",
            html.Span(criterion["says"], className="says"),
            html.Div(_facts(criterion), className="facts"),
            *parts,
        ]
    )


def _facts(criterion: dict[str, Any]) -> list[Any]:
    facts: list[Any] = []
    if criterion.get("withheld"):
        facts.append(html.Span(say("withheld")))
    elif criterion["value"] is not None:
        facts.append(html.Span(html.B(criterion["value"])))
    if criterion["standard"]:
        facts.append(_standard(criterion["standard"]))
    if criterion["article"]:
        facts.append(_article(criterion["article"]))
    if criterion["records"]:
        rows = criterion["records"]
        named = [html.Div(record(r)) for r in rows[:12]]
        more = [html.Div(say("n_of_m", n=12, m=len(rows)))] if len(rows) > 12 else []  # noqa: PLR2004
        facts.append(html.Details([html.Summary(record(rows[0])), *named, *more]))
    return facts


def _standard(standard: dict[str, Any]) -> Component:
    values = {
        "value": standard["value"],
        "region": standard["region"],
        "since": standard["from"],
        "until": standard["until"],
    }
    says = say("standard_until" if standard["until"] else "standard", **values)
    source = (
        tag(say("assumed"), "assumed")
        if standard["assumed"]
        else html.Span(standard["source"], className="meta")
    )
    return html.Span([says, " ", source])


def _article(article: dict[str, Any]) -> Component:
    named = say("article", act=article["act"], number=article["number"])
    held = [] if article["text_held"] else [tag(say("text_not_held"))]
    words = [html.Blockquote(article["words"])] if article.get("words") else []
    return html.Details([html.Summary(named), html.Div(article["gist"]), *held, *words])
