"""The reasons of one decision: each criterion with its value, standard, article, source rows."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboards.show import aria, details, money, records, tag
from dashboards.words import say, say_known

if TYPE_CHECKING:
    from dash.development.base_component import Component

SIGN: Final = {True: ("✓", "true"), False: ("✕", "false"), None: ("?", "null")}
DEEP: Final = 4  # levels that are open at first


def tree(decision: dict[str, Any], who: str) -> list[Component]:
    """A decision: its status, what is missing, how near it was, and its criteria as a tree."""
    status = tag(decision["status_label"], decision["status"])
    head = html.Div(
        [html.H2(decision["label"]), html.Span(who, className="meta"), status, *after(decision)],
        className="cardhead",
    )
    found = decision["tree"]
    reasons = [html.Ul(_criterion(found, opened=True))] if found else [html.P(say("no_reasons"))]
    return [
        head,
        details(*_facts(decision)),
        html.H3(say("reasons")),
        html.Div(reasons, className="tree", role="group", **aria(label=say("reasons"))),
    ]


def after(decision: dict[str, Any]) -> list[Component]:
    """Whether it is held, and what another programme did to it."""
    tags = []
    if decision["status"] == "eligible" and decision["enrolled"] is not None:
        held = decision["enrolled"]
        word, kind = ("enrolled", "eligible") if held else ("not_enrolled", "late")
        tags.append(tag(say(word), kind))
    if decision["after"] in ("excluded", "topped_up"):
        tags.append(tag(say(f"after_{decision['after']}")))
    return tags


def _facts(decision: dict[str, Any]) -> list[tuple[str, Any]]:
    """What is said of a decision above its tree."""
    facts: list[tuple[str, Any]] = []
    if decision["amount"] is not None and decision["status"] == "eligible":
        paid = say(f"per_{decision['period'] or 'once'}", money=money(decision["amount"]))
        facts.append((say("benefit"), html.B(paid)))
    if decision["with_programme"]:
        facts.append((say("beside_programme"), decision["with_programme"]))
    if decision["rule_article"]:
        facts.append((say("by_rule"), article(decision["rule_article"])))
    if decision["missing"]:
        facts.append((say("missing_facts"), _each(decision["missing"])))
    facts += [
        (say(name), _sentence(decision[name]))
        for name in ("near_miss", "next_fact")
        if decision[name]
    ]
    if decision["counterfactuals"]:
        facts.append((say("counterfactuals"), _each(decision["counterfactuals"])))
    if decision["steps_to_do"]:
        facts.append((say("steps_to_do"), _each(decision["steps_to_do"])))
    return facts


def _each(told: list[Any]) -> Component:
    return html.Div([html.Div(_sentence(one)) for one in told])


def _sentence(told: Any) -> str:  # noqa: ANN401 - a sentence, or a mapping that has one
    if not isinstance(told, dict):
        return str(told)
    return str(told.get("says") or told.get("label") or told.get("id"))


def _criterion(criterion: dict[str, Any], depth: int = 0, *, opened: bool) -> Component:
    """One condition; what decides nothing here is folded."""
    line = html.Div(
        [_sign(criterion), html.Span(criterion["says"], className="says"), *_value(criterion)],
        className="line",
    )
    facts = _grounds(criterion)
    parts = criterion["parts"]
    below = [html.Ul([_criterion(p, depth + 1, opened=_decides(p, criterion)) for p in parts])]
    inner = [*([html.Div(facts, className="facts")] if facts else []), *below]
    if not parts:
        return html.Li([line, *inner[:-1]], className="leaf")
    return html.Li(html.Details([html.Summary(line), *inner], open=opened and depth < DEEP))


def _decides(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether the whole is so because of this part: the same answer, or the only one there is."""
    return len(whole["parts"]) == 1 or part["truth"] == whole["truth"]


def _sign(criterion: dict[str, Any]) -> Component:
    """Met, not met or unknown; a lock where this role is not told."""
    if criterion["withheld"] and criterion["truth"] is None:
        sign, kind, says = "–", "none", say("withheld_truth")
    else:
        sign, kind = SIGN[criterion["truth"]]
        says = say(f"truth_{kind}")
    return html.Span(sign, className=f"sign {kind}", title=says, role="img", **aria(label=says))


def _value(criterion: dict[str, Any]) -> list[Component]:
    if criterion["withheld"]:
        return [html.Span(say("withheld"), className="withheld")]
    if criterion["value"] is None:
        return []
    return [html.Span(criterion["value"], className="value")]


def _grounds(criterion: dict[str, Any]) -> list[Component]:
    """Standards, articles, readings and source rows, each where there is one."""
    known = [i for i in criterion["inputs"] if i["value"] is not None]
    inputs = [
        html.Span([html.Span(i["label"], className="meta"), " ", _with_unit(i)], className="input")
        for i in known
        if len(known) > 1 or str(i["value"]) not in str(criterion["value"])
    ]
    readings = [html.Div([tag(say("reading")), " ", r]) for r in criterion["readings"]]
    rows = [records(criterion["records"])] if criterion["records"] else []
    cited = criterion["articles"]
    return [
        *([html.Div(inputs, className="inputs")] if inputs else []),
        *(_standard(one) for one in criterion["standards"]),
        *([html.Div([article(a) for a in cited], className="folds")] if cited else []),
        *readings,
        *rows,
    ]


def _with_unit(one: dict[str, Any]) -> str:
    return f"{one['value']} {one['unit']}" if one["unit"] == "CNY" else str(one["value"])


def _standard(standard: dict[str, Any]) -> Component:
    """The number, where and since when it holds, and the row that it was read from."""
    name, unit = standard["parameter"], standard["unit"] or ""
    values = {
        "value": standard["value"],
        "unit": say_known(f"measure_{unit}", unit),
        "parameter": say_known(f"parameter_{name}", name),
        "region": standard["region_label"] or standard["region"],
        "since": standard["from"],
        "until": standard["until"],
    }
    says = say("standard_until" if standard["until"] else "standard", **values)
    file = f"{PurePath(standard['file']).name}:{standard['line']}"
    source = (
        tag(say("assumed"), "assumed")
        if standard["assumed"]
        else html.Span(standard["source"], className="meta")
    )
    return html.Div([says, " ", source, " ", html.Span(file, className="source")])


def article(one: dict[str, Any], *, opened: bool = False) -> Component:
    """An article by name; behind it its gist, and its words where they are held."""
    number = str(one["number"])
    part = say_known(f"part_{number}", number)
    word = "article" if number[:1].isdigit() else "article_part"
    named = say(word, act=one["act"], number=part)
    held = [] if one["text_held"] else [tag(say("text_not_held"))]
    words = [html.Blockquote(one["words"])] if one.get("words") else []
    return html.Details(
        [html.Summary([named, " ", *held]), html.Div(one["gist"], className="gist"), *words],
        className="fold",
        open=opened,
    )
