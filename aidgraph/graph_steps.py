"""The step that makes the graph, and the one that makes a damaged graph anew before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aidgraph.monthly import since_lost
from aidgraph.say import step

if TYPE_CHECKING:
    from aidgraph.road import Road
    from graph_loader.project import ProjectReport
    from matching.anew import Told

MONTHS: Final = "`aidgraph months`, then `aidgraph project`, tells it"


def project_step(road: Road) -> ProjectReport:
    """Project, and say how much, and what was wrong with the graph that was there."""
    with step("project") as this:
        told = road.project(this.advance)
        nodes, edges = sum(told.nodes.values()), sum(told.edges.values())
        held = "" if told.written else ", held already"
        if told.changed is not None:
            held = "; {nodes:,} nodes and {edges:,} edges changed".format_map(told.changed)
        mended = f"; {told.mended}: made anew" if told.mended else ""
        lost = f"; since when is not told: {MONTHS}" if since_lost(road) else ""
        this(f"{nodes:,} nodes, {edges:,} edges{held}{mended}{lost}")
    return told


def mend(road: Road) -> None:
    """Make the graph anew where its file is damaged; any other is left alone."""
    if road.damaged:
        project_step(road)


def decided_anew(told: Told) -> str:
    """Who was decided anew, after how many changed rows; or that everyone was, and why."""
    if told.why:
        return f"everyone decided anew: {told.why}"
    rows = "1 changed row" if told.rows == 1 else f"{told.rows:,} changed rows"
    homes = f"{told.households:,} of {told.of:,} households"
    return f"{rows}: {homes} decided anew, the others as in run {told.before}"
