"""A figure month by month as it is drawn, and what is said of it."""

from typing import Any

import pytest

from dashboards.figures.trend import trend_line
from dashboards.trend import against_last_month, trend_card

Row = dict[str, Any]


def month(name: str, numerator: int | None, value: str | None, **more: Any) -> Row:  # noqa: ANN401
    row = {"month": name, "numerator": numerator, "denominator": 200, "value": value}
    return row | {"mark": None, "missing": [], "undecided": None} | more


ROWS = [
    month("2026-08", None, None, mark="not_known", missing=["货币财产"]),
    month("2026-09", 10, "0.0500"),
    month("2026-10", 12, "0.0600"),
]


def told(rows: list[Row], change: Row | None = None) -> Row:
    shown = {"label": "疑似应救未救", "unit": "percent", "counts": "pairs", "items": rows}
    known = sum(row["value"] is not None for row in rows)
    of = {"as_of": "2026-10-31", "run": "R123456789", "known": known, "total": len(rows)}
    return shown | of | {"change": change}


def test_a_month_that_is_not_known_breaks_the_line_and_says_which_data_is_missing() -> None:
    line, untold = trend_line(ROWS, "percent", "pairs").data
    assert list(line.y) == [None, 0.05, 0.06]
    assert line.connectgaps is False
    assert list(untold.x) == ["2026-08-01"]
    assert untold.customdata[0].endswith(": 货币财产")
    assert "12 / 200" in line.customdata[2]


def test_per_mille_is_drawn_as_such() -> None:
    line, _ = trend_line([month("2026-10", 3, "0.01860")], "permille", "persons").data
    assert list(line.y) == pytest.approx([18.6])


def test_the_card_says_as_of_run_and_how_many_months_are_known() -> None:
    text = str(trend_card(told(ROWS)))
    assert "2026-10-31" in text
    assert "R12345678" in text
    assert "2 / 3" in text
    assert "aidgraph months" in str(trend_card(told([])))


def test_against_the_last_month_a_sign_is_shown_and_nothing_where_one_is_not_told() -> None:
    change = {"month": "2026-09", "numerator": "2", "value": "0.0100"}
    (shown,) = against_last_month(told(ROWS, change))
    assert "2026-09" in str(shown)
    assert "+2" in str(shown)
    assert "+1.00个百分点" in str(shown)
    assert against_last_month(told(ROWS)) == []
