"""What is compared of a name and a number: sounds, variants, parts that survive a slip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.characters import plain_name
from graph_loader.kept import START
from graph_loader.numbers import LENGTH
from ontology.linking import LISTS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ontology.linking import Linking

OLD: Final = 15
BODY: Final = LENGTH - 1
REGION: Final = 6
FRONT: Final = 14
"""Digits of the region and the birth date."""
LAST: Final = 4
"""Digits of the serial and the check."""
TOWNSHIP: Final = 9
"""Digits of a township's code."""
SYLLABLE: Final = re.compile("[A-Z]+|.")
"""A character, or the pinyin that stands for one that could not be typed."""
DAY: Final = "%Y%m%d"


def likenesses(told: pl.DataFrame, linking: Linking) -> pl.DataFrame:
    """`name`, `number`, `birth_date` and `sex` (text), `household` and `place` (lists): compared.

    Every column of `ontology.linking.COLUMNS`; other columns stay beside them.
    """
    told = told.with_columns(name=plain_name(pl.col("name")))
    names = told["name"].drop_nulls().unique().to_list()
    for column, table in _spelt(names, linking).items():
        spelt = pl.col("name").replace_strict(table, default=None, return_dtype=pl.String)
        told = told.with_columns(spelt.alias(column))
    number, birth = pl.col("number"), pl.col("birth_date")
    told = told.with_columns(
        number_body=_body(number),
        number_start=_part(number, number.str.slice(0, START)),
        number_front=_part(number, number.str.slice(0, FRONT)),
        number_tail=_part(number, number.str.tail(LENGTH - REGION)),
        number_ends=_part(number, number.str.slice(0, REGION) + number.str.tail(LAST)),
        number_last=_part(number, number.str.tail(LAST)),
        birth_year=birth.str.slice(0, 4),
        birth_day=birth.str.slice(4),
        township=pl.col("place").list.eval(pl.element().str.slice(0, TOWNSHIP)).list.unique(),
    )
    others = [name for name in told.columns if name not in (*SCALARS, *LISTS)]
    return told.select(*others, *SCALARS, *LISTS)


def _part(number: pl.Expr, part: pl.Expr) -> pl.Expr:
    """A part of a number of which a digit at most is lost or too many."""
    return pl.when(number.str.len_chars().is_between(LENGTH - 1, LENGTH + 1)).then(part)


def _body(number: pl.Expr) -> pl.Expr:
    """Seventeen digits without the check; those of fifteen are written out."""
    old = number.str.slice(0, 6) + pl.lit("19") + number.str.slice(6)
    whole = pl.when(number.str.len_chars() == OLD).then(old)
    return whole.when(number.str.len_chars() == LENGTH).then(number.str.slice(0, BODY))


def _spelt(names: Iterable[str], linking: Linking) -> dict[str, dict[str, str]]:
    """Each name in common characters, as it sounds, and as it sounds where sounds are mixed up."""
    common = {letter: group[0] for group in linking.variants for letter in group}
    names = list(names)
    shapes = {name: "".join(common.get(letter, letter) for letter in name) for name in names}
    syllables = {name: SYLLABLE.findall(name) for name in names}
    letters = sorted({each for several in syllables.values() for each in several})
    sounds = dict(zip(letters, map(_sound, letters), strict=True))
    sounds |= {letter: said for letter, said in linking.readings.items() if letter in sounds}
    alike = {letter: _alike(sound, linking.alike) for letter, sound in sounds.items()}
    return {
        "name_shape": shapes,
        "name_sound": {n: " ".join(sounds[c] for c in parts) for n, parts in syllables.items()},
        "name_alike": {n: " ".join(alike[c] for c in parts) for n, parts in syllables.items()},
    }


def _sound(letter: str) -> str:
    """The syllable of a character without its tone; of anything else, itself."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(letter, style=Style.NORMAL)[0].lower()


def _alike(sound: str, alike: Mapping[str, str]) -> str:
    """A syllable with one spelling of the sounds that are not kept apart."""
    for one, other in alike.items():
        sound = re.sub(f"^{re.escape(one)}(?=.)|{re.escape(one)}$", other, sound)
    return sound
