"""Keys of rows as text in which no identity number can be read: those are hashed, always alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ontology.sources import Source

BYTES: Final = 8
LANES: Final = ((0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9), (0xC2B2AE3D27D4EB4F, 0x94D049BB133111EB))
"""Odd constants of splitmix64; two lanes, so that no hash leads straight back to its number."""
IDENTITY: Final = "identity"
MARK: Final = "~"


def row_keys(source: Source, rows: pl.DataFrame) -> pl.Series:
    """The key of each row: its parts with `/` between them; nothing where a part is missing."""
    hidden = {"person_number"} | set(_secret(source))
    parts = [
        hashed(rows[part]) if part in hidden else rows[part].cast(pl.String) for part in source.key
    ]
    frame = pl.DataFrame([part.alias(str(at)) for at, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator="/")).to_series().alias("_key")


def _secret(source: Source) -> Iterable[str]:
    for column in source.columns:
        if column.item is None or column.item.sensitivity == IDENTITY:
            yield column.name


def hashed(text: pl.Series) -> pl.Series:
    """A number of twenty digits for each text, the same on every machine and in every version."""
    lengths = text.str.len_bytes().fill_null(0)
    hashes = np.zeros(len(text), np.uint64)
    for length in lengths.unique().to_list():
        at = (lengths == length).arg_true()
        hashes[at.to_numpy()] = _mixed(text.gather(at), int(length))
    shown = MARK + pl.Series(hashes).cast(pl.String)
    return shown.set(text.is_null(), None).alias(text.name)


def _mixed(text: pl.Series, length: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    data = np.frombuffer("".join(text.str.join("").to_list()).encode(), np.uint8)
    wide = -(-max(length, 1) // BYTES) * BYTES
    cells = np.zeros((len(text), wide), np.uint8)
    if length:
        cells[:, :length] = data.reshape(len(text), length)
    words = cells.view("<u8")
    return np.bitwise_xor(*(_lane(words, length, lane) for lane in LANES))


def _lane(
    words: np.ndarray[tuple[int, int], np.dtype[np.uint64]], length: int, lane: Sequence[int]
) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    first, second = (np.uint64(constant) for constant in lane)
    state = np.full(len(words), first, np.uint64) ^ np.uint64(length)
    for at in range(words.shape[1]):
        state = (state ^ words[:, at]) * second
        state = (state ^ (state >> np.uint64(29))) * first
        state ^= state >> np.uint64(32)
    return state
