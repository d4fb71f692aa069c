"""Who should receive and has not applied? One page answers."""

from __future__ import annotations

from dash import register_page

from dashboards.listing import listing
from dashboards.shell import page
from dashboards.words import say

layout = page(listing("gap", "gaps"))
register_page(__name__, path="/gaps", title=lambda: say("gaps"), name="gaps", layout=layout)
