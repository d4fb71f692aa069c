"""For a terminal: one decision as its day knew it beside today, and a line a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from aidgraph.show_reasons import tree_of

if TYPE_CHECKING:
    from rich.console import RenderableType

ROWS: Final = 3
WORDS: Final = {
    "zh": {
        "then": "{day} 当日所知",
        "hindsight": "{day}（按现在所知）",
        "today": "{as_of} 最近一次测算",
        "application": "办件 {number}：{programme}，{accepted_on} 受理，{decided_on} {result}",
        "nobody": "当时还没有这个对象",
        "none": "所据事实没有差别。",
        "loaded": "{day} 装入",
        "approved": "准予",
        "refused": "不予",
    },
    "en": {
        "then": "as {day} knew it",
        "hindsight": "{day}, as it is known now",
        "today": "the last run, of {as_of}",
        "application": "application {number}: {programme}, accepted {accepted_on},"
        " {result} {decided_on}",
        "nobody": "nobody of this id was known then",
        "none": "No fact differs.",
        "loaded": "loaded {day}",
        "approved": "approved",
        "refused": "refused",
    },
}


def show(told: dict[str, Any], lang: str) -> RenderableType:
    """The two trees side by side, and under them what differs."""
    words = WORDS[lang]
    asked = dict(told["application"])
    asked["result"] = words.get(asked["result"], asked["result"] or "—")
    head = words["application"].format(**asked)
    if asked["refusal_reason"]:
        head += f" · {asked['refusal_reason']}"
    left = "hindsight" if told["nothing_known"] else "then"
    days = {"day": told["day"], "as_of": told["as_of"]}
    table = Table(words[left].format(**days), words["today"].format(**days), expand=True)
    table.add_row(*(_tree(told[name], lang) for name in (left, "today")))
    notes = [f"[yellow]{escape(told['nothing_known'])}[/yellow]"] if told["nothing_known"] else []
    lines = [line for one in told["differences"] for line in _lines(one, words)]
    return Group(f"[bold]{escape(head)}[/bold]", *notes, table, *(lines or [words["none"]]))


def _tree(reasons: dict[str, Any] | None, lang: str) -> RenderableType:
    if reasons is None:
        return WORDS[lang]["nobody"]
    return tree_of(reasons, reasons["id"], lang)


def _lines(one: dict[str, Any], words: dict[str, str]) -> list[str]:
    lines = [f"[bold]•[/bold] {escape(one['says'])}"]
    for row in one["rows"][:ROWS]:
        sheet = f":{row['sheet']}" if row["sheet"] else ""
        day = words["loaded"].format(day=row["loaded_on"] or "—")
        lines.append(f"    [dim]{escape(str(row['file']))}{sheet}:{row['row']} · {day}[/dim]")
    if len(one["rows"]) > ROWS:
        lines.append(f"    [dim]{ROWS} / {len(one['rows'])}[/dim]")
    return lines
