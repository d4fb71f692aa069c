"""A family and what is linked to it, as a graph to look at and as sentences to read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import dash_cytoscape as cyto

if TYPE_CHECKING:
    from collections.abc import Iterable

COLOURS: Final = {
    "Household": "#c8102e",
    "Person": "#1d4f91",
    "Programme": "#1a7f4b",
    "Disbursement": "#8a5a00",
    "Application": "#6b5b95",
    "Finding": "#b45309",
}
OTHER: Final = "#8b95a5"
HOMES, KIN, HOME, FAMILY, RIGHT = range(5)  # columns, from left to right
WIDE: Final = 220
HIGH: Final = 64
LEAST: Final = 320
INK: Final = "#1f2733"
NODE: Final = {
    "label": "data(label)",
    "font-size": 13,
    "font-family": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif",
    "color": INK,
    "width": 22,
    "height": 22,
    "background-color": OTHER,
    "text-wrap": "wrap",
    "text-max-width": 150,
    "text-valign": "bottom",
    "text-margin-y": 4,
}
EDGE: Final = {
    "label": "data(label)",
    "font-size": 11,
    "font-family": NODE["font-family"],
    "color": "#5c6675",
    "text-background-color": "#fff",
    "text-background-opacity": 0.9,
    "text-background-padding": 2,
    "width": 1.4,
    "line-color": "#c3c9d2",
    "target-arrow-color": "#c3c9d2",
    "target-arrow-shape": "triangle",
    "arrow-scale": 0.8,
    "curve-style": "bezier",
}
BESIDE: Final = {
    "text-valign": "center",
    "text-halign": "right",
    "text-margin-x": 6,
    "text-margin-y": 0,
}
OWED: Final = {
    "line-style": "dashed",
    "line-color": "#b45309",
    "target-arrow-color": "#b45309",
    "color": "#b45309",
}
# Relatives of one family stand above one another: the line goes round those between them.
NEAR: Final = {
    "curve-style": "unbundled-bezier",
    "control-point-distances": 46,
    "control-point-weights": 0.5,
    "line-color": "#9db4d3",
    "target-arrow-shape": "none",
}
STYLES: Final = [
    {"selector": "node", "style": NODE},
    *(
        {"selector": f'node[kind = "{kind}"]', "style": {"background-color": colour}}
        for kind, colour in COLOURS.items()
    ),
    {"selector": 'node[kind = "Programme"]', "style": {"shape": "round-rectangle", **BESIDE}},
    {"selector": 'node[kind = "Household"]', "style": {"shape": "round-diamond"}},
    {"selector": ".focus", "style": {"width": 36, "height": 36, "font-weight": 700}},
    {"selector": "node:selected", "style": {"border-width": 3, "border-color": INK}},
    {"selector": "edge", "style": EDGE},
    {"selector": ".owed", "style": OWED},
    {"selector": ".near", "style": NEAR},
]
Json = dict[str, Any]


def neighbourhood(around: Json, part: str) -> cyto.Cytoscape:
    """Nodes coloured by kind in columns, edges named by their verb; the same picture every time."""
    at, tallest = places(around)
    nodes = [
        {"data": n, "position": at[n["id"]], "classes": "focus" if n.get("focus") else ""}
        for n in around["nodes"]
    ]
    edges = [{"data": e, "classes": e["class"]} for e in merged(around["edges"])]
    return cyto.Cytoscape(
        id=part,
        elements=[*nodes, *edges],
        layout={"name": "preset", "fit": True, "padding": 26},
        style={"width": "100%", "height": f"{max(LEAST, tallest * HIGH)}px"},
        minZoom=0.4,
        maxZoom=1.2,
        userZoomingEnabled=True,
        autoungrabify=False,
        stylesheet=STYLES,
    )


def merged(edges: Iterable[Json]) -> list[Json]:
    """One line between the same two, with all its verbs; to qualify and not be enrolled is owed."""
    between: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for edge in edges:
        between[edge["source"], edge["target"]].append(edge)
    found = []
    for (source, target), same in between.items():
        kinds = {edge["kind"] for edge in same}
        label = " · ".join(dict.fromkeys(edge["label"] for edge in same))
        owed = "QUALIFIES_FOR" in kinds and "ENROLLED_IN" not in kinds
        ends = {"id": same[0]["id"], "source": source, "target": target}
        near = "near" if kinds == {"KIN"} else ""
        found.append({**ends, "label": label, "class": "owed" if owed else near})
    return found


def places(around: Json) -> tuple[dict[str, Json], int]:
    """Where each node stands: its column by what it is, its row by the order it came in.

    The family's own node stands above the others, so that no line between two people crosses it.
    """
    focus = {n["id"] for n in around["nodes"] if n.get("focus")}
    family = {
        e["target"] for e in around["edges"] if e["kind"] == "HAS_MEMBER" and e["source"] in focus
    }
    columns: dict[int, list[str]] = defaultdict(list)
    for node in around["nodes"]:
        columns[_column(node, focus, family)].append(node["id"])
    tallest = max(len(names) for column, names in columns.items() if column != HOME)
    used = {column: n for n, column in enumerate(sorted(columns))}
    top = -HIGH * (tallest + 1) / 2
    return {
        name: {
            "x": WIDE * used[column],
            "y": top if column == HOME else HIGH * (row - (len(names) - 1) / 2),
        }
        for column, names in columns.items()
        for row, name in enumerate(names)
    }, tallest + 1


def _column(node: Json, focus: set[str], family: set[str]) -> int:
    if node["kind"] == "Household":
        return HOME if node["id"] in focus else HOMES
    if node["kind"] == "Person":
        return FAMILY if node["id"] in family else KIN
    return RIGHT
