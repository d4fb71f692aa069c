"""Townships side by side on one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.figures import BRAND, FONT, GREY

if TYPE_CHECKING:
    import pandas as pd


def township_bars(frame: pd.DataFrame, axis: str) -> go.Figure:
    """Bars, the highest share on top; places whose base is too small are grey and last.

    Columns: region, region_label, numerator, denominator, value (share or null), mark.
    """
    ranked = frame.assign(share=frame["value"].astype("float64"), small=frame["mark"].notna())
    ranked = ranked.sort_values(["small", "share"], ascending=[False, True])
    bars = go.Bar(
        x=ranked["share"].fillna(0),
        y=ranked["region_label"],
        orientation="h",
        marker_color=[GREY if small else BRAND for small in ranked["small"]],
        text=[
            f"{n} / {m}" for n, m in zip(ranked["numerator"], ranked["denominator"], strict=True)
        ],
        customdata=ranked["region"],
        textposition="auto",
        hovertemplate="%{y}: %{x:.1%} (%{text})<extra></extra>",
    )
    layout = go.Layout(
        font=FONT,
        margin={"l": 8, "r": 16, "t": 8, "b": 36},
        height=max(260, 26 * len(ranked) + 60),
        xaxis={"tickformat": ".0%", "title": axis, "gridcolor": "#eef0f3"},
        yaxis={"automargin": True},
        plot_bgcolor="#fff",
        bargap=0.35,
    )
    return go.Figure(bars, layout)
