"""Which part decides each household and person, and whom else each part must see to do so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.ties import together

if TYPE_CHECKING:
    from matching.statuses import Flags, Rows
    from matching.ties import Ties

PEOPLE: Final = {"person": pl.UInt32, "part": pl.UInt32}
HOMES: Final = {"household": pl.UInt32, "part": pl.UInt32}


@dataclass(frozen=True, slots=True)
class Seats:
    """So many parts (`of`) and who sits in them.

    `home` gives each household, and each person by the household that a row names first, the one
    part that decides it: id, part. `people` (person, part) and `households` (household, part) are
    all that a part must see: those at home in it and whom their decisions read.
    """

    of: int
    home: pl.DataFrame
    people: pl.DataFrame
    households: pl.DataFrame


def seats(ties: Ties, reach: int, size: int) -> Seats:
    """Everyone's seats, in parts of about so many households.

    Who is tied together sits together. Only where more than a part are tied to one another, so that
    they must be cut, does a part see people of another: its halo, `reach` steps of relatives wide.
    """
    place = _first_home(ties)
    part, cut = _cut(ties, place, size)
    own = part[place], part[: len(ties.households)]
    people = pl.DataFrame({"person": np.arange(len(own[0])), "part": own[0]}, schema=PEOPLE)
    homes = pl.DataFrame({"household": np.arange(len(own[1])), "part": own[1]}, schema=HOMES)
    if cut.any():
        far = pl.Series(cut[place]), pl.Series(cut[: len(ties.households)])
        more = halo(ties, people.filter(far[0]), homes.filter(far[1]), reach)
        people, homes = (
            pl.concat(both).unique() for both in zip((people, homes), more, strict=True)
        )
    return _with_ids(ties, own, people, homes)


def halo(
    ties: Ties, people: pl.DataFrame, homes: pl.DataFrame, reach: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whom those at home in parts are read with: who lives there, and relatives with their homes.

    The last step of relatives comes without homes: only what is said of them is read.
    """
    named, kin = ties.named, ties.kin
    people = _union(people, homes.join(named, on="household").select("person", "part"))
    for step in range(reach):
        near = people.join(kin, on="person").select(person="kin", part="part")
        people = _union(people, near)
        if step + 1 < reach:
            homes = _union(homes, people.join(named, on="person").select("household", "part"))
            people = _union(people, homes.join(named, on="household").select("person", "part"))
    return people, homes


def _union(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([one, other]).unique()


def _first_home(ties: Ties) -> Rows:
    """The first household with which each person is named; for none a place after all of them."""
    count = len(ties.households)
    place = np.arange(len(ties.people)) + count
    first = ties.named.group_by("person").agg(pl.col("household").min())
    place[first["person"].to_numpy()] = first["household"].to_numpy()
    return place


def _cut(ties: Ties, place: Rows, size: int) -> tuple[Rows, Flags]:
    """The part of each place, and whether ties of what stands there are cut."""
    count = len(ties.households) + len(ties.people)
    ends = [(place[ties.named["person"].to_numpy()], ties.named["household"].to_numpy())]
    ends.append(tuple(place[ties.kin[end].to_numpy()] for end in ("person", "kin")))
    one, other = (np.concatenate(side).astype(np.int64) for side in zip(*ends, strict=True))
    group = together(count, one[one != other], other[one != other])
    used = np.zeros(count, np.bool_)
    used[: len(ties.households)] = True
    used[place] = True
    order = np.flatnonzero(used)
    order = order[np.argsort(group[order], kind="stable")]
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    lengths = np.diff(np.append(starts, len(order)))
    large = np.repeat(lengths > size, lengths)
    at = np.where(large, np.arange(len(order)), np.repeat(starts, lengths)) // size
    part, cut = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    part[order] = np.unique(at, return_inverse=True)[1]
    cut[order] = large
    return part, cut


def _with_ids(
    ties: Ties, own: tuple[Rows, Rows], people: pl.DataFrame, homes: pl.DataFrame
) -> Seats:
    ids = pl.concat([ties.people.alias("id"), ties.households.alias("id")])
    parts = np.concatenate(own)
    return Seats(
        of=int(parts.max(initial=-1)) + 1,
        home=pl.DataFrame({"id": ids, "part": pl.Series(parts, dtype=pl.UInt32)}),
        people=people.with_columns(ties.people.gather(people["person"]).alias("person")),
        households=homes.with_columns(
            ties.households.gather(homes["household"]).alias("household")
        ),
    )
