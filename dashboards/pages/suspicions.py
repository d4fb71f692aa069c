"""Who is paid though something speaks against it? One page answers."""

from __future__ import annotations

from dash import register_page

from dashboards.listing import listing
from dashboards.shell import page
from dashboards.words import say

layout = page(listing("suspicion", "suspicions"))
register_page(
    __name__, path="/suspicions", title=lambda: say("suspicions"), name="suspicions", layout=layout
)
