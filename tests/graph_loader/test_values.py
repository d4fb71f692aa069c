from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader.characters import clean
from graph_loader.values import to_booleans, to_dates, to_numbers, to_regions, to_words
from ontology.sources import Column
from tests.graph_loader.offices import REGIONS, item

if TYPE_CHECKING:
    from graph_loader.typed import Typed

MONEY = item("price", "vehicle", "decimal", scale=100, least=Decimal(0), greatest=Decimal(1000))
SEATS = item("seats", "vehicle", "integer", least=Decimal(0), greatest=Decimal(60))


def column(**more: object) -> Column:
    return Column(name="x", header="x", **more)  # type: ignore[arg-type]


def cells(*texts: str | None) -> pl.Series:
    return clean(pl.Series(texts, dtype=pl.String))


def reasons(typed: Typed) -> list[str | None]:
    found: list[str | None] = [None] * len(typed.values)
    for wrong in typed.wrong:
        for at in wrong.mask.arg_true():
            found[at] = found[at] or wrong.reason
    return found


def test_clean_takes_away_what_nobody_sees() -> None:
    dirty = cells("１２３Ｘ", "  张 三\u3000", "\ufeffa\u200b", "'007", "", " ", None, "（元）")
    assert dirty.to_list() == ["123X", "张 三", "a", "007", None, None, None, "(元)"]


@pytest.mark.parametrize(
    ("text", "held"),
    [("12.34", 1234), ("12.3", 1230), ("12", 1200), ("12.", 1200), ("0.1", 10), ("12.340000", 1234),
     ("1,000.00", 100000), ("¥12.34", 1234), ("12.34元", 1234), ("１２．３４", 1234), ("0", 0),
     ("000.07", 7), ("+1", 100), ("-0", 0)],
)  # fmt: skip
def test_money_is_exact_by_its_digits(text: str, held: int) -> None:
    typed = to_numbers(cells(text, None), column(), MONEY)
    assert typed.values.to_list() == [held, None]
    assert reasons(typed) == [None, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("12.345", "bad_amount"), ("六十整", "bad_amount"), ("1,00", "bad_amount"),
     ("1E+5", "bad_amount"), ("--", "bad_amount"), ("1.2.3", "bad_amount"),
     ("-1", "out_of_range"), ("1000.01", "out_of_range"), ("9999999999999999999", "bad_amount")],
)  # fmt: skip
def test_money_that_is_none_is_refused(text: str, reason: str) -> None:
    typed = to_numbers(cells(text, "1", None), column(), MONEY)
    assert typed.values.to_list() == [None, 100, None]
    assert reasons(typed) == [reason, None, None]


def test_a_negative_amount_keeps_its_sign() -> None:
    wide = item("x", "vehicle", "decimal", scale=100, least=Decimal(-10), greatest=Decimal(10))
    assert to_numbers(cells("-0.05", "-3", None), column(), wide).values.to_list() == [
        -5,
        -300,
        None,
    ]


def test_a_file_may_count_in_fen_or_in_ten_thousands() -> None:
    fen = to_numbers(cells("12345", "1.5", None), column(scale=Decimal(100)), MONEY)
    assert fen.values.to_list() == [12345, None, None]
    assert reasons(fen) == [None, "bad_amount", None]
    many = item("x", "vehicle", "decimal", scale=100, least=Decimal(0), greatest=Decimal(10**7))
    ten_thousands = to_numbers(
        cells("1.2345", "0.000001", None), column(scale=Decimal("0.0001")), many
    )
    assert ten_thousands.values.to_list() == [1234500, 1, None]


def test_whole_numbers() -> None:
    typed = to_numbers(cells("5", "5.0", "5.5", "五", "61", None), column(), SEATS)
    assert typed.values.to_list() == [5, 5, None, None, None, None]
    assert reasons(typed) == [None, None, "bad_number", "bad_number", "out_of_range", None]


FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "excel")


@pytest.mark.parametrize(
    "text",
    ["2026-01-05", "2026/1/5", "2026/01/05", "2026年1月5日", "20260105", "46027", "46027.5",
     "2026-01-05 00:00:00", "２０２６－０１－０５", "2026-01-05T13:01:02.5"],
)  # fmt: skip
def test_days_in_every_form_that_the_source_names(text: str) -> None:
    typed = to_dates(cells(text, None), column(formats=FORMS))
    assert typed.values.to_list() == [date(2026, 1, 5), None]


@pytest.mark.parametrize("text", ["2026-02-30", "05/01/2026", "202601", "昨天", "1", "26-01-05"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    typed = to_dates(cells(text, "2026-01-05", None), column(formats=FORMS))
    assert typed.values.to_list() == [None, date(2026, 1, 5), None]
    assert reasons(typed) == ["bad_date", None, None]


def test_a_month_is_its_first_day_and_202615_is_no_month() -> None:
    typed = to_dates(cells("202609", "202615", None), column(formats=("%Y%m",)))
    assert typed.values.to_list() == [date(2026, 9, 1), None, None]
    typed = to_dates(cells("2026年9月", "2026-9"), column(formats=("%Y年%m月", "%Y-%m")))
    assert typed.values.to_list() == [date(2026, 9, 1), date(2026, 9, 1)]


def test_the_last_of_several_forms_is_tried_only_where_the_first_failed() -> None:
    typed = to_dates(
        cells("2026-01-02", "03-04-26", None), column(formats=("%Y-%m-%d", "%d-%m-%y"))
    )
    assert typed.values.to_list() == [date(2026, 1, 2), date(2026, 4, 3), None]


def test_a_birthday_in_the_future_is_refused() -> None:
    typed = to_dates(cells("2026-11-01", "2026-10-31", None), column(), until=date(2026, 10, 31))
    assert reasons(typed) == ["out_of_range", None, None]


def test_words_by_the_file_by_the_list_and_by_labels() -> None:
    kind = item(
        "k", "vehicle", "enum", values=("car", "truck"), value_labels={"car": {"zh": "汽车"}}
    )
    words = to_words(
        cells("小汽车", "truck", "汽车", "飞机", "不详", None),
        column(item=kind, values={"小汽车": "car", "不详": ""}),
        kind.values,
    )
    assert words.values.to_list() == ["car", "truck", "car", None, None, None]
    assert reasons(words) == [None, None, None, "unknown_code", None, None]


def test_yes_and_no() -> None:
    usual = to_booleans(cells("是", "否", "1", "0", "Y", "n", "也许", None), column())
    assert usual.values.to_list() == [True, False, True, False, True, False, None, None]
    assert reasons(usual)[6] == "unknown_code"
    own = to_booleans(
        cells("参保", "未参保", "是", None), column(values={"参保": "true", "未参保": "false"})
    )
    assert own.values.to_list() == [True, False, None, None]


def test_regions_by_the_table_or_by_the_nearest_place() -> None:
    typed = to_regions(
        cells("330382", "330382104000", "330382000000", "3303820001", "44", None), column(), REGIONS
    )
    assert typed.values.to_list() == ["330382", "330382104", "330382", "3303820001", None, None]
    assert reasons(typed) == [None, None, None, None, "unknown_code", None]
