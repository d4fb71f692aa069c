"""From rows to their owners: one function, `reduce`, in two implementations that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

How: TypeAlias = Literal["sum", "min", "max", "or"]
Rows: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Values: TypeAlias = npt.NDArray[Any]

FEW: Final = 4
"""Fewer columns of flags than these are looked through one by one; more are packed into words."""
UFUNCS: Final = {
    "sum": np.add,
    "min": np.minimum,
    "max": np.maximum,
    "or": np.bitwise_or,
}


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows in the order of their owners: from `starts[i]` up to `ends[i]` those of `present[i]`.

    Owners without rows are not in `present`: reduceat gives nonsense for an empty group.
    `order` is None where the rows already stand in that order, each with an owner. `owner` is that
    of each row as it stands, -1 for none.
    """

    size: int
    owner: Rows
    order: Rows | None
    starts: Rows
    ends: Rows
    present: Rows


def groups(owner: Rows, size: int) -> Groups:
    """The rows of each of `size` owners; a row whose owner is -1 belongs to none."""
    order, given = None, owner
    if len(owner) and (owner.min() < 0 or np.any(owner[1:] < owner[:-1])):
        order = np.argsort(owner, kind="stable")
        order = order[np.searchsorted(owner[order], 0) :]
        owner = owner[order]
    first = np.ones(len(owner), dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(owner))[: len(starts)]
    return Groups(size, given, order, starts, ends, owner[starts])


def in_order(rows: Groups, values: Values, how: How) -> Values:
    """The values owner by owner; sums are of 64 bits (casting first is twice as fast)."""
    if how == "sum":
        values = values.astype(np.int64, copy=False)
    return values if rows.order is None else values[rows.order]


def by_sorting(rows: Groups, values: Values, how: How, empty: int = 0) -> Values:
    """One value an owner, by sorted offsets; `empty` for an owner without rows."""
    ordered = in_order(rows, values, how)
    result = np.full(rows.size, empty, dtype=ordered.dtype)
    if len(rows.starts):
        result[rows.present] = UFUNCS[how].reduceat(ordered, rows.starts)
    return result


def by_grouping(rows: Groups, values: Values, how: How, empty: int = 0) -> Values:
    """The same by a group_by, as an engine without offsets would do it."""
    ordered = in_order(rows, values, how)
    owner = np.repeat(rows.present, rows.ends - rows.starts)
    frame = pl.DataFrame({"owner": owner, "value": ordered})
    column = pl.col("value")
    made = {
        "sum": column.sum(),
        "min": column.min(),
        "max": column.max(),
        "or": column.bitwise_or(),
    }[how]
    found = frame.group_by("owner").agg(made)
    result = np.full(rows.size, empty, dtype=ordered.dtype)
    result[found["owner"].to_numpy()] = found["value"].to_numpy()
    return result


def owners(rows: Groups, flags: Flags) -> Rows:
    """The owner of each row that is flagged, of rows that have one."""
    found = rows.owner[np.flatnonzero(flags)]
    return found if rows.order is None else found[found >= 0]


def counted(rows: Groups, flags: Flags) -> Rows:
    """How many flagged rows each owner has: a sum, but it looks at the flagged rows only."""
    return np.bincount(owners(rows, flags), minlength=rows.size)


def some(rows: Groups, flags: Flags) -> Flags:
    """Whether each owner has a flagged row."""
    result = np.zeros(rows.size, dtype=np.bool_)
    result[owners(rows, flags)] = True
    return result


def pack(flags: list[Flags]) -> npt.NDArray[np.uint64]:
    """Up to 64 columns of flags as one column of words, the first as the lowest bit."""
    lanes = np.zeros((len(flags[0]), 8), dtype=np.uint8)
    for lane in range(0, len(flags), 8):
        byte = np.zeros(len(flags[0]), dtype=np.uint8)
        for bit, flag in enumerate(flags[lane : lane + 8]):
            byte |= flag.view(np.uint8) << np.uint8(bit)
        lanes[:, lane // 8] = byte
    return lanes.view("<u8").reshape(-1)


def found(rows: Groups, flags: list[Flags]) -> list[Flags]:
    """For each column of flags: whether an owner has a row where it is set."""
    if len(flags) < FEW:
        return [some(rows, flag) for flag in flags]
    result: list[Flags] = []
    for first in range(0, len(flags), 64):
        batch = flags[first : first + 64]
        words = by_sorting(rows, pack(batch), "or")
        lanes = words.astype("<u8").view(np.uint8).reshape(-1, 8)
        result += [
            (lanes[:, bit // 8] >> np.uint8(bit % 8) & np.uint8(1)).astype(np.bool_)
            for bit in range(len(batch))
        ]
    return result


def sizes(rows: Groups) -> Rows:
    """How many rows each owner has."""
    result = np.zeros(rows.size, dtype=np.int64)
    result[rows.present] = rows.ends - rows.starts
    return result
