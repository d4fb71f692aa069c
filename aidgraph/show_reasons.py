"""Reasons for a terminal: a tree a programme, each criterion with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.tree import Tree

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS = {True: "green", False: "red", None: "magenta"}
SIGNS = {True: "✓", False: "✗", None: "?"}
ROWS = 3


def show(told: dict[str, Any], lang: str, programme: str | None = None) -> RenderableType:
    """The reasons of one household and of its members; of one programme, if it is named."""
    parts = [(one, told["id"]) for one in told["programmes"]]
    for person, decisions in told["persons"].items():
        parts += [(one, person) for one in decisions]
    named = [tree_of(*of, lang) for of in parts if programme in (None, of[0]["programme"])]
    return Group(*named) if named else Group(f"{programme}: —")


def tree_of(one: dict[str, Any], unit: str, lang: str) -> Tree:
    """The reasons of one decision on one unit."""
    status = one.get("status_label") or one["status"]
    amount = f"  {one['amount']}" if one["amount"] is not None else ""
    tree = Tree(f"[bold]{one['programme']} {one['label']}[/bold]  {unit}  {status}{amount}")
    if one["missing"]:
        lacking = {"zh": "尚缺", "en": "missing"}[lang]
        tree.add(f"[magenta]{lacking}: {', '.join(m['label'] for m in one['missing'])}[/magenta]")
    if one["tree"]:
        _criterion(tree, one["tree"], lang, set())
    return tree


def _criterion(into: Tree, one: dict[str, Any], lang: str, cited: set[str]) -> None:
    """One criterion under another; the gist of an article is told where it is first cited."""
    truth = one["truth"]
    says = f"[{COLOURS[truth]}]{SIGNS[truth]}[/] {one['says']}"
    branch = into.add(says if one["value"] is None else f"{says}  [bold]{one['value']}[/bold]")
    for standard in one["standards"]:
        if standard["value"] is None:
            branch.add(f"[magenta]{standard['parameter']} —[/]")
            continue
        assumed = f" [yellow]{standard['source']}[/yellow]"
        since = f"{standard['from']}…{standard['until'] or ''}"
        branch.add(
            f"[dim]{standard['parameter']} {standard['value']} {standard['region']}"
            f" {since}[/]{assumed}"
        )
    for article in one["articles"]:
        gist = "" if article["id"] in cited else f": {article['gist']}"
        cited.add(article["id"])
        branch.add(f"[dim]{article['id']} {article['act']} {article['number']}{gist}[/]")
    for row in one["records"][:ROWS]:
        branch.add(
            f"[dim]{row['file']}{':' + row['sheet'] if row['sheet'] else ''}:{row['row']}[/]"
        )
    if len(one["records"]) > ROWS:
        branch.add(f"[dim]{ROWS} / {len(one['records'])}[/]")
    for part in one["parts"]:
        _criterion(branch, part, lang, cited)
