"""A family and what is linked to it, as a graph to look at."""

from __future__ import annotations

from typing import Any, Final

import dash_cytoscape as cyto

KINDS: Final = {
    "Household": "#c8102e",
    "Person": "#1d4f91",
    "Programme": "#1a7f4b",
    "Disbursement": "#8a5a00",
    "Application": "#6b5b95",
    "Finding": "#b45309",
}
NODE: Final = {
    "selector": "node",
    "style": {
        "label": "data(label)",
        "font-size": 10,
        "width": 20,
        "height": 20,
        "background-color": "#8b95a5",
        "text-wrap": "ellipsis",
        "text-max-width": 90,
    },
}
FOCUS: Final = {
    "selector": ".focus",
    "style": {"width": 34, "height": 34, "font-size": 13, "font-weight": 700},
}
EDGE: Final = {
    "selector": "edge",
    "style": {
        "label": "data(label)",
        "font-size": 7,
        "color": "#7a8494",
        "width": 1,
        "line-color": "#c3c9d2",
        "target-arrow-color": "#c3c9d2",
        "target-arrow-shape": "triangle",
        "curve-style": "bezier",
    },
}


def neighbourhood(around: dict[str, Any], part: str) -> cyto.Cytoscape:
    """Nodes coloured by kind, edges named by their verb."""
    nodes = [{"data": n, "classes": "focus" if n.get("focus") else ""} for n in around["nodes"]]
    edges = [{"data": e} for e in around["edges"]]
    colours: list[dict[str, Any]] = [
        {"selector": f'node[kind = "{kind}"]', "style": {"background-color": colour}}
        for kind, colour in KINDS.items()
    ]
    return cyto.Cytoscape(
        id=part,
        elements=[*nodes, *edges],
        layout={"name": "cose", "animate": False, "randomize": False, "nodeRepulsion": 9000},
        style={"width": "100%", "height": "380px"},
        minZoom=0.3,
        maxZoom=3,
        stylesheet=[NODE, *colours, FOCUS, EDGE],
    )
