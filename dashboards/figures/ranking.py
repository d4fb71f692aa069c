"""Places or programmes side by side on one figure: rows in, a table with bars out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dash import html

from dashboards.show import amount, bar, marked, share
from dashboards.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash.development.base_component import Component

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ranking:
    """One figure's rows: what they are of, by what they stand in order, where each leads."""

    figure: Row
    of: str  # the field that names a row: region, programme
    title: str
    opens: Callable[[Row], Any]
    acts: Callable[[Row], list[Component]]

    @property
    def per_thousand(self) -> bool:
        """Whether rows stand in order of cases in a thousand households."""
        return any(row["per_thousand_households"] is not None for row in self.rows)

    @property
    def rows(self) -> list[Row]:
        """The rows: the ranked by rank, then those of too small a base, then the rest."""
        rows: list[Row] = self.figure["rows" if self.of == "region" else "programmes"]
        return sorted(rows, key=_standing)


def _standing(row: Row) -> tuple[bool, int, bool, float]:
    """Where a row stands: by its rank; without one a base that is too small comes last."""
    return row["rank"] is None, row["rank"] or 0, bool(row["mark"]), -level(row)


def level(row: Row) -> float:
    """How long a row's bar is, against the others'; a row with a mark has none."""
    return float(row["per_thousand_households"] or row["value"] or 0)


def ranked(ranking: Ranking) -> Component:
    """The table: rank, name, bar, the rate, N of M, and what can be done."""
    longest = max((level(row) for row in ranking.rows if not row["mark"]), default=0) or 1
    body = [html.Tr(_cells(ranking, row, longest)) for row in ranking.rows]
    caption = html.Caption(ranking.title, className="unseen")
    return html.Table([caption, html.Thead(_head(ranking)), html.Tbody(body)], className="ranked")


def _head(ranking: Ranking) -> Component:
    thousand = [_number(say("per_thousand"))] if ranking.per_thousand else []
    rank = [html.Th("#", scope="col", className="number")] if ranking.of == "region" else []
    return html.Tr(
        [
            *rank,
            html.Th(say("township" if ranking.of == "region" else "programme"), scope="col"),
            html.Th(html.Span(say("bar"), className="unseen"), scope="col", className="wide"),
            *thousand,
            _number(say("n_of_m_title")),
            _number(say("rate")),
            html.Th(html.Span(say("acts"), className="unseen"), scope="col"),
        ]
    )


def _number(title: str) -> Component:
    return html.Th(title, scope="col", className="number")


def _cells(ranking: Ranking, row: Row, longest: float) -> list[Component]:
    figure = ranking.figure
    shown = [amount(row[side], figure["counts"]) for side in ("numerator", "denominator")]
    thousand = row["per_thousand_households"]
    place = html.Td("" if row["rank"] is None else row["rank"], className="number rank")
    return [
        *([place] if ranking.of == "region" else []),
        html.Th([ranking.opens(row), *marked(row["mark"])], scope="row"),
        html.Td(None if row["mark"] else bar(level(row) / longest), className="wide"),
        *([html.Td(_one(thousand), className="number")] if ranking.per_thousand else []),
        html.Td(say("n_of_m", n=shown[0], m=shown[1]), className="number of"),
        html.Td(share(row["value"], figure["unit"]), className="number"),
        html.Td(ranking.acts(row), className="rowacts"),
    ]


def _one(value: str | None) -> str:
    return "—" if value is None else f"{Decimal(value):.1f}"
