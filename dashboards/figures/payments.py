"""What a family was paid, month by month and programme by programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.figures import FONT, GREY

if TYPE_CHECKING:
    import pandas as pd

HOVER: Final = (
    "%{x}: %{customdata[0]:,.2f} (%{customdata[1]}) %{customdata[2]}"
    "<br>%{customdata[3]}<extra></extra>"
)
COLOURS: Final = ("#1d4f91", "#1a7f4b", "#8a5a00", "#6b5b95", "#0b7285", "#9a3412")


def payment_line(frame: pd.DataFrame) -> go.Figure:
    """One row of dots a programme, one dot a payment, as large as its amount.

    Columns: programme_label, for_month, amount (yuan), status, payee, source.
    """
    figure = go.Figure()
    largest = max(float(frame["amount"].max()), 1.0)
    for n, (label, rows) in enumerate(frame.groupby("programme_label", sort=True)):
        colour = COLOURS[n % len(COLOURS)]
        figure.add_scatter(
            x=rows["for_month"],
            y=[label] * len(rows),
            mode="markers",
            name=str(label),
            showlegend=False,
            marker={
                "size": 9 + 14 * rows["amount"] / largest,
                "color": [colour if s == "success" else GREY for s in rows["status"]],
                "line": {"width": 1, "color": "#fff"},
            },
            customdata=rows[["amount", "status", "payee", "source"]],
            hovertemplate=HOVER,
        )
    figure.update_layout(
        font=FONT,
        height=90 + 46 * frame["programme_label"].nunique(),
        margin={"l": 8, "r": 12, "t": 8, "b": 30},
        plot_bgcolor="#fff",
        xaxis={"type": "category", "categoryorder": "category ascending", "gridcolor": "#eef0f3"},
        yaxis={"automargin": True},
    )
    return figure
