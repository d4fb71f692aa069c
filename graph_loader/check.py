"""A sheet's rows, typed and judged column by column: what is accepted, what is refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from graph_loader.aside import set_aside
from graph_loader.characters import clean, clean_header, where
from graph_loader.kept import SAID, stand_in, tells
from graph_loader.keys import row_keys
from graph_loader.numbers import check_numbers, tidy
from graph_loader.tables import empty, shaped
from graph_loader.typed import Says, Typed, Wrong
from graph_loader.values import to_values, to_words
from ontology.sources import OTHERS, REFERENCES, Column

if TYPE_CHECKING:
    from datetime import date

    from graph_loader.table import Match
    from ontology.pack import Pack
    from ontology.sources import Source

MARKS: Final = ("_load", "_file", "_sheet", "_row", "_key", "_source", "_gone")
EMPTY: Final = Says("不能为空", "a value: this column may not be empty")
TORN: Final = Says(
    "列数与表头一致、编码完整的行", "a row with as many cells as headers, in one encoding"
)
TOTAL: Final = Says("每行一条记录；合计行请去掉", "one record a row; leave the totals row out")
TWICE: Final = Says("同一编号在一个文件中只出现一次", "one row for each key in a file")


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows come from: the load, the file by its hash, and its sheet."""

    load: int
    file: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows of a sheet: accepted ones as typed columns, refused ones with their reasons."""

    read: int
    accepted: pl.DataFrame
    rejects: pl.DataFrame
    empty: int
    notes: tuple[str, ...]


def check(match: Match, below: pl.DataFrame, pack: Pack, place: Place, *, today: date) -> Checked:
    """Type and judge rows below the header of a sheet, each by itself."""
    sheet = set_aside(match, below)
    judge = _Judge(match, sheet.rows, pack, today)
    judge.refuse("", _torn(sheet.rows), sheet.rows["_torn"])
    judge.refuse("", Wrong(sheet.totals, "totals_row", TOTAL), sheet.rows["_torn"])
    rows = judge.typed()
    rows = rows.with_columns(row_keys(match.source, stand_in(rows, match.source, pack.linking)))
    rejects = judge.rejects(rows, place)
    accepted = rows.with_columns(
        pl.lit(place.load, pl.Int64).alias("_load"),
        pl.lit(place.file).alias("_file"),
        pl.lit(place.sheet).alias("_sheet"),
        sheet.rows["_row"],
        pl.lit(match.source.id).alias("_source"),
    ).filter(judge.whole)
    return Checked(sheet.rows.height, accepted, rejects, sheet.empty, tuple(sheet.notes))


def key_twice(rows: pl.DataFrame) -> pl.DataFrame:
    """Accepted rows whose key stood above them with other content, as rejects."""
    return rows.select(
        load="_load",
        source="_source",
        file="_file",
        sheet="_sheet",
        row="_row",
        column=pl.lit("key"),
        value="_key",
        reason=pl.lit("key_twice_different"),
        accepts=pl.lit(TWICE.en),
        accepts_zh=pl.lit(TWICE.zh),
        person_number="person_number",
        person_name="person_name",
        household_number="household_number",
        key="_key",
    )


def _torn(rows: pl.DataFrame) -> Wrong:
    return Wrong(rows["_torn"].is_not_null(), "bad_row", TORN)


class _Judge:
    """The first fault of each row, as columns come by."""

    def __init__(self, match: Match, rows: pl.DataFrame, pack: Pack, today: date) -> None:
        self.match = match
        self.source: Source = match.source
        self.rows = rows
        self.pack = pack
        complete = match.source.complete
        known = (complete.as_of, complete.until) if complete else ()
        self.today = max(day for day in (today, *known) if day)
        self._fault = np.zeros(rows.height, np.uint16)
        self._noted: list[tuple[str, Wrong, pl.Series]] = []
        self._said: pl.Series | None = None

    @property
    def whole(self) -> pl.Series:
        return pl.Series(self._fault == 0)

    def refuse(self, header: str, wrong: Wrong, said: pl.Series) -> None:
        """Refuse the rows of a mask that nothing refused before."""
        fresh = wrong.mask.to_numpy() & (self._fault == 0)
        if fresh.any():
            self._noted.append((header, wrong, said))
            self._fault[fresh] = len(self._noted)

    def typed(self) -> pl.DataFrame:
        """Whom each row is about, and its items; null where a cell is wrong."""
        about = self.source.about
        household = self._needed(about.household) if about.household else self._nothing()
        columns = {
            "person_number": self._person(about.person),
            "person_name": self._cells(about.name) if about.name else self._nothing(),
            "household_number": household,
            "unit": self._unit(),
        }
        for column in self.source.columns:
            columns[column.name] = self._value(column)
        if self._said is not None:
            columns[SAID] = self._said
        return pl.DataFrame({name: series.alias(name) for name, series in columns.items()})

    def _nothing(self) -> pl.Series:
        return pl.Series([None], dtype=pl.String).new_from_index(0, self.rows.height)

    def _cells(self, header: str) -> pl.Series:
        at = self.match.places.get(clean_header(header))
        return self._nothing() if at is None else clean(self.rows[str(at)])

    def _needed(self, header: str) -> pl.Series:
        cells = self._cells(header)
        self.refuse(header, Wrong(cells.is_null(), "missing_value", EMPTY), cells)
        return cells

    def _take(self, header: str, typed: Typed, said: pl.Series) -> pl.Series:
        for wrong in typed.wrong:
            self.refuse(header, wrong, said)
        return typed.values

    def _person(self, header: str | None) -> pl.Series:
        if header is None:
            return self._nothing()
        if not self.source.about.national:
            return self._needed(header)
        cells = self._cells(header)
        typed = check_numbers(cells, self.today)
        kept = tells(self.source, self.pack.linking, self._cells, cells) & typed.values.is_null()
        for wrong in (Wrong(cells.is_null(), "missing_value", EMPTY), *typed.wrong):
            self.refuse(header, Wrong(wrong.mask & ~kept, wrong.reason, wrong.accepts), cells)
        if self.pack.linking:
            self._said = where(tidy(cells), ~kept, lambda some: some.set(some.is_not_null(), None))
        return typed.values

    def _unit(self) -> pl.Series:
        about = self.source.about
        if about.subject == "either" and about.unit:
            cells = self._needed(about.unit)
            words = Column(name="unit", header=about.unit, values=about.units)
            return self._take(about.unit, to_words(cells, words), cells)
        unit = {"nobody": None, "household_of": "household"}.get(about.subject, about.subject)
        return pl.Series([unit], dtype=pl.String).new_from_index(0, self.rows.height)

    def _value(self, column: Column) -> pl.Series:
        keyed = column.name in self.source.key and column.name not in REFERENCES
        cells = self._needed(column.header) if keyed else self._cells(column.header)
        if column.name in OTHERS and self.source.about.national:
            return self._take(column.header, check_numbers(cells, self.today), cells)
        typed = to_values(
            cells,
            column,
            regions=self.pack.regions,
            programmes=self.pack.programmes,
            today=self.today,
        )
        return self._take(column.header, typed, cells)

    def rejects(self, rows: pl.DataFrame, place: Place) -> pl.DataFrame:
        """A line for each refused row."""
        about = self.source.about
        person = tidy(self._cells(about.person)) if about.person else self._nothing()
        frames = [empty("rejects")]
        for code, (header, wrong, said) in enumerate(self._noted, 1):
            at = pl.Series(np.flatnonzero(self._fault == code))
            frame = pl.DataFrame(
                {
                    "row": self.rows["_row"].gather(at),
                    "value": said.gather(at),
                    "person_number": pl.Series(person).gather(at),
                    "person_name": rows["person_name"].gather(at),
                    "household_number": rows["household_number"].gather(at),
                    "key": rows["_key"].gather(at),
                }
            ).with_columns(
                load=pl.lit(place.load, pl.Int64),
                source=pl.lit(self.source.id),
                file=pl.lit(place.file),
                sheet=pl.lit(place.sheet),
                column=pl.lit(header),
                reason=pl.lit(wrong.reason),
                accepts=pl.lit(wrong.accepts.en),
                accepts_zh=pl.lit(wrong.accepts.zh),
            )
            frames.append(shaped("rejects", frame))
        return pl.concat(frames).sort("row")
