"""Who is paid twice for the same thing? One page answers."""

from __future__ import annotations

from dash import register_page

from dashboards.listing import listing
from dashboards.shell import page
from dashboards.words import say

layout = page(listing("duplicate", "duplicates"))
register_page(
    __name__, path="/duplicates", title=lambda: say("duplicates"), name="duplicates", layout=layout
)
