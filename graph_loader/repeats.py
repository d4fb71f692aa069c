"""Keys that come again in another part of one file, or that the lake holds already.

Of each key eight bytes are held: a hash says which rows have to be looked at, the rows themselves
say what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph_loader.parts import Parts

Hashes: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.uint64]]"


class Repeats:
    """What is to be looked at, part by part in their order; nothing is hashed for a single part."""

    def __init__(self, rows: Parts, held: pl.LazyFrame, new: Callable[[], Parts]) -> None:
        self._several: Hashes = np.zeros(0, np.uint64)
        self._known: list[bool] | None = None
        self._first = new()
        if len(rows) < 2:  # noqa: PLR2004 - one part repeats nothing of another
            return
        mine = [np.unique(_hashes(part["_key"])) for part in rows]
        every = np.sort(np.concatenate(mine))
        self._several = np.unique(every[1:][every[1:] == every[:-1]])
        stored = _stored(held)
        self._known = [bool(_among(stored, hashes).any()) for hashes in mine]

    def known(self, at: int) -> bool:
        """Whether the lake may hold a key of this part."""
        return self._known is None or self._known[at]

    def before(self, part: pl.DataFrame) -> pl.DataFrame:
        """The first rows of this part's keys in the parts above it; to be asked once for each."""
        if not self._several.size:
            return part.clear()
        mine = part.filter(pl.Series(_among(self._several, _hashes(part["_key"]))))
        told = part.clear()
        if self._first.height:
            keys = mine.lazy().select("_key")
            found = self._first.scan().join(keys, on="_key", how="semi")
            told = found.collect(engine="streaming")
        fresh = mine.join(told.select("_key"), on="_key", how="anti", maintain_order="left")
        self._first.add(fresh.unique("_key", keep="first", maintain_order=True))
        return told


def _hashes(keys: pl.Series) -> Hashes:
    return keys.hash().to_numpy()


def _stored(held: pl.LazyFrame) -> Hashes:
    """The hashes of all keys that the lake holds, in their order."""
    if "_key" not in held.collect_schema():
        return np.zeros(0, np.uint64)
    keys = held.select(pl.col("_key").hash()).collect(engine="streaming").to_series()
    return np.unique(keys.to_numpy())


def _among(known: Hashes, hashes: Hashes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of these are known; `known` in their order."""
    if not known.size:
        return np.zeros(len(hashes), np.bool_)
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.equal(known[at], hashes)
