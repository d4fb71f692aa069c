"""One finding: what it rests on, which article, which rows of which file, and what next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboards.purpose import purpose_field
from dashboards.reasons import article
from dashboards.refusal import query_of
from dashboards.show import aria, button, details, moment, money, records, tag
from dashboards.words import say, say_known, table

if TYPE_CHECKING:
    from dash.development.base_component import Component

MOST: Final = 3
PURPOSE: Final = "finding-purpose"
OPEN: Final = "finding-open"
CLOSE: Final = "finding-close"
WRONG: Final = "finding-wrong"
PANEL: Final = "finding-panel"
GIVE: Final = "finding-give"


def panel(may: list[str]) -> Component:
    """The place beside the list, unseen until a finding is picked."""
    named = {"title": say("close"), **aria(label=say("close"))}
    acts: list[Component] = []
    if "households:read" in may:
        acts += [
            purpose_field(PURPOSE),
            html.Div(id=WRONG, className="wrong", role="alert"),
            button(say("open_household"), OPEN, "primary"),
        ]
    return html.Aside(
        [
            button("×", CLOSE, "quiet close", **named),
            html.Div(id=PANEL, role="status"),
            html.Div([*acts, html.Div(id=GIVE)], className="panelacts"),
        ],
        className="panel",
        **aria(label=say("finding")),
    )


def shown(finding: dict[str, Any], labels: dict[str, str]) -> list[Component]:
    """What is known of the picked finding; `labels` names programmes and departments."""
    tags = [tag(say(finding["severity"])), tag(finding["work_state_label"], "state")]
    return [
        html.H2(finding["question_label"]),
        html.Div([*tags, *_end(finding)], className="line"),
        _facts(finding),
        *_evidence(finding, labels),
        *([html.P(say("known_then_hint"), className="meta")] if query_of(finding) else []),
        html.H3(say("articles")),
        *_articles(finding["articles"]),
        html.H3(say("source_rows_title")),
        records(finding["records"]) if finding["records"] else html.Div("—"),
    ]


def _end(finding: dict[str, Any]) -> list[Component]:
    return [tag(finding["conclusion_label"], "eligible")] if finding["conclusion_label"] else []


def _facts(finding: dict[str, Any]) -> Component:
    what = f"{say('unit_' + finding['unit'])} {finding['unit_id']}"
    return details(
        (say("programme"), finding["programme_label"] or "—"),
        (say("unit"), what),
        (say("township"), finding["region_label"] or "—"),
        (say("departments"), " · ".join(finding["department_labels"])),
        (say("amount"), html.B(money(finding["money"]))),
        (say("months"), finding["months"]),
        (say("first_seen"), moment(finding["first_seen"])),
    )


def _evidence(finding: dict[str, Any], labels: dict[str, str]) -> list[Component]:
    """What the question answered besides, as far as there is a word for it."""
    told = {**finding["details"], **{e["name"]: e["value"] for e in finding["evidence"]}}
    pairs = [
        (say(f"evidence_{name}"), _plain(value, labels))
        for name, value in told.items()
        if f"evidence_{name}" in table() and value not in (None, [], "")
    ]
    return [html.H3(say("evidence")), details(*pairs)] if pairs else []


def _plain(value: Any, labels: dict[str, str]) -> str:  # noqa: ANN401 - JSON
    words = value if isinstance(value, list) else [value]
    return " · ".join(labels.get(str(w)) or say_known(f"value_{w}", str(w)) for w in words)


def _articles(articles: list[dict[str, Any]]) -> list[Component]:
    first = [article(one, opened=n == 0) for n, one in enumerate(articles[:MOST])]
    rest = [article(one) for one in articles[MOST:]]
    more = html.Details([html.Summary(say("more", n=len(rest))), *rest], className="fold")
    return [*first, more] if rest else first
