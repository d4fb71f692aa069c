"""One instruction: its words, where it stands, who has it, what happened, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboards import give
from dashboards.show import aria, button, count, details, link, moment, money, tag
from dashboards.steps import actions
from dashboards.then_now import then_now
from dashboards.words import say

if TYPE_CHECKING:
    from dash.development.base_component import Component

ROAD: Final = ("draft", "to_register", "to_dispatch", "in_progress", "to_close", "closed")
WHOLE: Final = "instructions:everywhere"  # with `give`: who may measure again
OPEN: Final = ("in_progress", "to_close", "closed")
LIST: Final = {
    "suspected_gaps": ("/gaps", "list_gap"),
    "suspected_overpaid": ("/duplicates", "list_duplicate"),
}
Json = dict[str, Any]


def detail(one: Json, may: list[str]) -> list[Any]:
    """Everything that is known of an instruction, and what its reader may do."""
    path = f"/instructions/{one['id']}"
    measure = give.MAY in may and WHOLE in may and one["state"] in OPEN
    again = button(say("measure_again"), "instruction-measure", name=one["id"])
    told = then_now(one["then_now"]) if one["then_now"] else None
    acts = [*actions(one["allowed"], path, one["version"]), *([again] if measure else [])]
    return [
        html.Div(
            [
                html.H2(one["number"] or say("no_number")),
                tag(one["state_label"], f"state {one['state']}"),
                tag(one["urgency_label"], one["urgency"]),
                tag(one["kind_label"]),
                *([tag(say("overdue"), "late")] if one["overdue"] else []),
            ],
            className="cardhead",
        ),
        _road(one),
        html.Blockquote(one["words"], className="quote"),
        _facts(one),
        html.Div(acts, className="acts"),
        html.Div(told, id="instruction-now"),
        html.H3(say("assignments")),
        html.Div([_assignment(a, one["words"]) for a in one["assignments"]], className="stack"),
        _cohort(one),
        html.H3(say("events")),
        html.Ol([_event(e, one) for e in reversed(one["events"])], className="events"),
    ]


def _road(one: Json) -> Component:
    """The states on the way, and how far it has come."""
    if one["state"] == "withdrawn":
        return html.Div()
    at = ROAD.index(one["state"])
    steps = [
        html.Li(
            say(f"state_{name}"),
            className="past" if n < at else "here" if n == at else "",
            **(aria(current="step") if n == at else {}),
        )
        for n, name in enumerate(ROAD)
    ]
    return html.Ol(steps, className="road")


def _facts(one: Json) -> Component:
    anchor = one["anchor"]
    seen = [anchor["label"], *_list(anchor)]
    then = say("as_of", day=anchor["as_of"])
    if anchor["numerator"] is not None:
        shown = money if "." in str(anchor["numerator"]) else count
        of = say("n_of_m", n=shown(anchor["numerator"]), m=shown(anchor["denominator"]))
        then = f"{of} · {then}"
    given = (one["issuer_name"], one["issuer_post"], moment(one["given_at"]))
    due = [one["due_on"] or "—"]
    if one["original_due_on"] != one["due_on"]:
        due.append(say("originally", day=one["original_due_on"]))
    pairs = [
        (say("about"), html.Span(seen)),
        (say("then"), then),
        (say("given_at"), " · ".join(given)),
        (say("due"), " · ".join([*due, *([one["due_note"]] if one["due_note"] else [])])),
    ]
    if one["proposal"]:
        pairs.append((say("proposal"), one["proposal"]))
    return details(*pairs)


def _list(anchor: Json) -> list[Any]:
    """Where the figure's rows can be read, cut as the figure was."""
    if anchor["kind"] != "figure" or anchor["name"] not in LIST:
        return []
    path, word = LIST[anchor["name"]]
    query = {name: values[0] for name, values in anchor["filters"].items()}
    return ["  ", link(say(word), path, **query)]


def _assignment(one: Json, words: str) -> Component:
    place = [f" · {one['region_label']}"] if one["region_label"] else []
    late = [tag(say("overdue"), "late")] if one["overdue"] else []
    again = [tag(say("redos", n=one["redos"]), "late")] if one["redos"] else []
    report = [html.Div([html.B(say("report")), " ", one["report"]])] if one["report"] else []
    times = [
        f"{say(name)} {moment(one[name])}"
        for name in ("received_at", "reported_at", "accepted_at")
        if one[name]
    ]
    head = [
        tag(one["part_label"], one["part"]),
        html.B([one["department_label"], *place]),
        tag(one["state_label"], "state"),
        *late,
        *again,
        html.Span(f"{say('due')} {one['due_on'] or '—'}", className="meta"),
    ]
    acts = actions(one["allowed"], f"/assignments/{one['id']}", one["version"])
    return html.Article(
        [
            html.Div(head, className="line"),
            html.Div(one["task"], className="task") if one["task"] != words else None,
            *report,
            html.Div(" · ".join(times), className="meta"),
            html.Div(acts, className="acts") if acts else None,
        ],
        className="assignment",
        **aria(label=one["department_label"]),
    )


def _cohort(one: Json) -> Component:
    """The rows it was given on, asked for one by one, for reading them is journalled."""
    if not one["cohort"]:
        return html.Div()
    says = say("show_cohort", n=count(one["cohort"]))
    asked = button(says, "instruction-rows", name=one["id"])
    return html.Div(
        [html.H3(say("cohort")), asked, html.Div(id="instructions-cohort", className="scroll")]
    )


def rows_of(items: list[Json], of: Json) -> Component:
    """The rows of an instruction, each leading to its household."""
    purpose = say("purpose_of", number=of["number"] or of["id"])
    titles = ("question", "programme", "township", "household", "amount", "became")
    head = [
        html.Th(say(t), scope="col", className="number" if t == "amount" else "") for t in titles
    ]
    rows = [
        html.Tr(
            [
                html.Td(r["question_label"]),
                html.Td(r["programme_label"] or "—"),
                html.Td(r["region_label"] or "—"),
                html.Td(
                    link(
                        r["household"],
                        "/household",
                        id=r["household"],
                        purpose=purpose,
                        programme=r["programme"] or "",
                    )
                ),
                html.Td(money(r["money"]), className="number"),
                html.Td(r["became_label"] or say(f"status_{r['status']}")),
            ]
        )
        for r in items
    ]
    of_all = say("n_of_m", n=count(len(items)), m=count(of["cohort"]))
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain")
    return html.Div([html.Div([of_all, " · ", say("your_scope")], className="meta"), table])


def _event(event: Json, of: Json) -> Component:
    offices = {a["id"]: a["department_label"] for a in of["assignments"]}
    who = " · ".join(filter(None, (offices.get(event["assignment"]), event["by_name"])))
    note = [html.Div(event["note"], className="note")] if event["note"] else []
    return html.Li(
        [
            html.Time(moment(event["at"]), dateTime=event["at"]),
            html.Span([html.B(event["label"]), " ", html.Span(who, className="meta"), *note]),
        ]
    )
