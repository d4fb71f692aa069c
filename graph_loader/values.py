"""Cells as values of their items: numbers, dates, words of a list, yes and no, regions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.characters import clean_word, where
from graph_loader.typed import Says, Typed, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ontology.regions import Regions
    from ontology.sources import Column
    from ontology.vocabulary import Item

YES: Final = ("是", "1", "y", "yes", "true", "t", "有", "√")
NO: Final = ("否", "0", "n", "no", "false", "f", "无", "×")
EXCEL: Final = "excel"
EXCEL_EPOCH: Final = 25569
"""Days from Excel's day 0 to 1970-01-01."""
STAMPED: Final = r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"
EARLIEST, LATEST = 1850, 2200
FORMS: Final = {"%Y": r"\d{4}", "%y": r"\d{2}"}
LONGEST: Final = 15
"""Digits before the point that a number may have."""


def to_numbers(text: pl.Series, column: Column, item: Item) -> Typed:
    """Numbers as integers, the item's scale times the value: exact, by their digits alone."""
    text = where(text, text.str.contains(r"[,¥￥元\s]"), _bare)
    shape = text.str.contains(rf"^[+-]?\d{{1,{LONGEST}}}(\.\d*)?$")
    decimals = places(item, column)
    whole = text.str.extract(r"^[+-]?0*(\d+?)(?:\.|$)", 1)
    rest = text.str.extract(r"\.(\d*?)0*$", 1).fill_null("")
    exact = rest.str.len_bytes() <= max(decimals, 0)
    digits = where(whole, shape & exact, lambda part: part)
    digits = digits + rest.str.slice(0, max(decimals, 0)).str.pad_end(max(decimals, 0), "0")
    held = digits.cast(pl.Int64, strict=False)
    if decimals < 0:
        exact &= held % 10**-decimals == 0
        held = held // 10**-decimals
    held = held.to_frame("v").select(
        pl.when(text.str.starts_with("-")).then(-pl.col("v")).otherwise("v")
    )["v"]
    amount = item.datatype == "decimal"
    reason = "bad_amount" if amount else "bad_number"
    form = FORM_OF_AMOUNT if amount else FORM_OF_NUMBER
    few = Says(
        f"至多{max(decimals, 0)}位小数的数", f"a number of at most {max(decimals, 0)} decimals"
    )
    beyond, limits = _beyond(held, item)
    wrong = (
        Wrong(_true(~shape), reason, form),
        Wrong(_true(shape & ~exact), reason, few),
        Wrong(_true(shape & exact & beyond), "out_of_range", limits),
    )
    return _typed(held, wrong)


FORM_OF_AMOUNT: Final = Says("数字，如 1234.50", "a number such as 1234.50")
FORM_OF_NUMBER: Final = Says("整数，如 3", "a whole number such as 3")


def places(item: Item, column: Column) -> int:
    """Decimals that a cell may have so that nothing is lost; below zero where it counts in more."""
    return (item.scale / column.scale).adjusted()


def _bare(text: pl.Series) -> pl.Series:
    """Without signs of money and thousands; a comma elsewhere stays, and is refused."""
    text = text.str.replace_all(r"[¥￥元\s]", "")
    return where(
        text,
        text.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"),
        lambda part: part.str.replace_all(",", "", literal=True),
    )


def _beyond(held: pl.Series, item: Item) -> tuple[pl.Series, Says]:
    least = None if item.least is None else int(item.least * item.scale)
    greatest = None if item.greatest is None else int(item.greatest * item.scale)
    beyond = held.is_null()
    if least is not None:
        beyond |= (held < least).fill_null(value=False)
    if greatest is not None:
        beyond |= (held > greatest).fill_null(value=False)
    says = Says(f"{item.least} 至 {item.greatest} 之间的数", f"{item.least} to {item.greatest}")
    return beyond, says


def to_dates(text: pl.Series, column: Column, *, until: date | None = None) -> Typed:
    """Days; a month stands for its first day. `until` is the last day that can be."""
    formats = column.formats or ("%Y-%m-%d",)
    text = where(text, text.str.contains(STAMPED), lambda part: part.str.slice(0, 10))
    days = pl.Series(text.name, [None], dtype=pl.Date).new_from_index(0, len(text))
    for form in dict.fromkeys((*formats, "%Y-%m-%d")):
        open_ = days.is_null() & text.str.contains(_shape_of(form))
        at = open_.fill_null(value=False).arg_true()
        if at.len():
            days = days.scatter(at, _parsed(text.gather(at), form))
    real = days.dt.year().is_between(EARLIEST, LATEST)
    forms = "、".join(formats), " or ".join(formats)
    says = Says(f"日期，写法 {forms[0]}", f"a date written as {forms[1]}")
    wrong = [Wrong(_true(text.is_not_null() & ~real.fill_null(value=False)), "bad_date", says)]
    if until is not None:
        says = Says(f"不晚于 {until} 的日期", f"a date not after {until}")
        wrong.append(Wrong(_true(days > until), "out_of_range", says))
    return _typed(days, tuple(wrong))


def _parsed(text: pl.Series, form: str) -> pl.Series:
    if form == EXCEL:
        serial = text.str.extract(r"^(\d+)", 1).cast(pl.Int32, strict=False)
        return (serial - EXCEL_EPOCH).cast(pl.Date)
    if "%d" not in form and "%e" not in form:
        return (text + "|01").str.to_date(form + "|%d", strict=False)
    return text.str.to_date(form, strict=False)


def _shape_of(form: str) -> str:
    """What text of that form looks like: a year has four digits, and 202615 is no month and day."""
    if form == EXCEL:
        return r"^[1-9]\d{4}(\.\d+)?$"
    parts = re.findall(r"%-?[A-Za-z]|[^%]+", form)
    shape = []
    for at, part in enumerate(parts):
        beside = [*parts[max(at - 1, 0) : at], *parts[at + 1 : at + 2]]
        tight = any(other.startswith("%") for other in beside)
        if part.startswith("%"):
            shape.append(FORMS.get(part, r"\d{2}" if tight else r"\d{1,2}"))
        else:
            shape.append(re.escape(part))
    return f"^{''.join(shape)}$"


def to_words(text: pl.Series, column: Column, known: Iterable[str] = ()) -> Typed:
    """Words of a list, by the file's words, the list's own, and their labels."""
    words = _words(column, known)
    return _mapped(text, words, "unknown_code", pl.String())


def _words(column: Column, known: Iterable[str]) -> dict[str, str]:
    labels = column.item.value_labels if column.item else {}
    words = {value: value for value in (*known, *column.values.values()) if value}
    for value, label in labels.items():
        words |= {clean_word(said): value for said in label.values()}
    return words | {clean_word(said): value for said, value in column.values.items()}


def to_booleans(text: pl.Series, column: Column) -> Typed:
    """True and false, by the file's words or the usual ones."""
    words: dict[str, str] = dict.fromkeys(YES, "true") | dict.fromkeys(NO, "false")
    if column.values:
        words = {clean_word(said).lower(): value for said, value in column.values.items()}
    typed = _mapped(text.str.to_lowercase(), words, "unknown_code", pl.String())
    return Typed(typed.values == "true", typed.wrong)


def _mapped(text: pl.Series, words: Mapping[str, str], reason: str, dtype: pl.DataType) -> Typed:
    """By a table of words; one that stands for nothing gives nothing."""
    found = text.replace_strict(dict(words), default=None, return_dtype=dtype)
    listed = "、".join(list(dict.fromkeys(words))[:40])
    says = Says(f"以下之一：{listed}", f"one of: {listed}")
    wrong = Wrong(_true(text.is_not_null() & found.is_null()), reason, says)
    return _typed(where(found, found == "", lambda part: part.clear(len(part))), (wrong,))


def to_regions(text: pl.Series, column: Column, regions: Regions) -> Typed:
    """Codes of places, by the pack's table or, below it, by the nearest place in the table."""
    text = _said(text, column)
    codes = text.unique().drop_nulls().to_list()
    known = {code: _region(code, regions) for code in codes}
    found = text.replace_strict(known, default=None, return_dtype=pl.String)
    says = Says("行政区划代码", "the code of a region that the pack knows")
    return _typed(
        found, (Wrong(_true(text.is_not_null() & found.is_null()), "unknown_code", says),)
    )


def _region(code: str, regions: Regions) -> str | None:
    """A code without the zeros that fill it up; nothing for a place in no known region."""
    if not regions.by_code or code in regions.by_code:
        return code
    short = code
    for length, zeros in ((12, 3), (9, 3), (6, 2), (4, 2)):
        if len(short) == length and short.endswith("0" * zeros):
            short = short[:-zeros]
    near = regions.nearest(short)
    return short if near and near != regions.root and short.isdigit() else None


def to_texts(text: pl.Series, column: Column, known: Iterable[str] = ()) -> Typed:
    """Text as it is; by the file's words where the source lists them."""
    if column.values or known:
        return to_words(text, column, known)
    return Typed(text)


def _said(text: pl.Series, column: Column) -> pl.Series:
    if not column.values:
        return text
    words = {clean_word(said): value or None for said, value in column.values.items()}
    return text.replace(words)


def to_values(
    text: pl.Series, column: Column, *, regions: Regions, programmes: Iterable[str], today: date
) -> Typed:
    """A cleaned column as its item wants it."""
    item = column.item
    match item.datatype if item else "string":
        case "decimal" | "integer":
            assert item is not None  # noqa: S101 - the case says it
            return to_numbers(_said(text, column), column, item)
        case "date":
            past = column.name in PAST
            return to_dates(_said(text, column), column, until=today if past else None)
        case "boolean":
            return to_booleans(text, column)
        case "enum":
            return to_words(text, column, item.values if item else ())
        case "region":
            return to_regions(text, column, regions)
        case _:
            return to_texts(text, column, programmes if column.name == "programme" else ())


PAST: Final = ("birth_date", "died_on")
"""Days that cannot lie ahead."""


def _true(mask: pl.Series) -> pl.Series:
    return mask.fill_null(value=False)


def _typed(values: pl.Series, wrong: tuple[Wrong, ...]) -> Typed:
    for each in wrong:
        if each.mask.any():
            values = values.set(each.mask, None)
    return Typed(values, wrong)
