"""What people judged about who is who: joined, split, told apart, undone; it outlives re-linking.

Verdicts are appended to the lake and never changed: who, why, when. An undo is a verdict too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import polars as pl

from graph_loader.errors import LoadError
from graph_loader.rows import table_of
from graph_loader.tables import ALIASES, PEOPLE, VERDICTS, shaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graph_loader.lake import Writing
    from graph_loader.links import Readable

Kind: TypeAlias = Literal["join", "split", "is", "undo"]
MARK: Final = "|"
NONE: Final = "#"
"""Before the id of a person who has no number, in place of one."""


@dataclass(frozen=True, slots=True)
class By:
    """Who judged, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict: about whom, which other id, which rows (source, key); `given` to the other."""

    kind: Kind
    person: str | None = None
    other: str | None = None
    rows: tuple[tuple[str, str], ...] = ()
    given: tuple[tuple[str, str], ...] = ()


def standing(tables: Readable) -> pl.DataFrame:
    """The verdicts that nobody has undone, the oldest first."""
    told = tables.read("verdicts").collect().sort("verdict", "source", "key")
    undone = undone_by(told)
    return told.filter(~pl.col("verdict").is_in(list(undone)), pl.col("kind") != "undo")


def undone_by(verdicts: pl.DataFrame) -> dict[int, int]:
    """The verdicts that are undone, and by which; an undo that is undone undoes nothing."""
    undone: dict[int, int] = {}
    undos = verdicts.filter(pl.col("kind") == "undo").sort("verdict", descending=True)
    for number, other in undos.select("verdict", "other").iter_rows():
        if number not in undone:
            undone[int(other)] = number
    return undone


def everyone(tables: Readable) -> pl.DataFrame:
    """The people known so far; a lake of before ids could be joined says each id once."""
    held = tables.read("people").collect()
    if "minted" not in held.columns:
        held = held.with_columns(minted="person")
    return shaped("people", held.with_columns(minted=pl.coalesce("minted", "person")))


def of_now(verdicts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The verdicts with everyone under the id that is used now."""
    ids = people.select("minted", now="person")
    for column in ("person", "other"):
        both = verdicts.join(
            ids, left_on=column, right_on="minted", how="left", maintain_order="left"
        )
        verdicts = both.with_columns(pl.coalesce("now", column).alias(column)).drop("now")
    return verdicts


def aliases(verdicts: pl.DataFrame) -> pl.DataFrame:
    """For each id that was joined to an older one: `alias`, `person` (the oldest), `verdict`."""
    oldest: dict[str, str] = {}
    by: dict[str, int] = {}
    joins = verdicts.filter(pl.col("kind") == "join")
    for number, one, other in joins.select("verdict", "person", "other").iter_rows():
        first, second = sorted((resolved(one, oldest), resolved(other, oldest)))
        if first != second:
            oldest[second], by[second] = first, number
    rows = [(alias, resolved(alias, oldest), by[alias]) for alias in sorted(oldest)]
    return pl.DataFrame(rows, dict(ALIASES), orient="row")


def resolved(person: str, oldest: Mapping[str, str]) -> str:
    """The oldest id of a person."""
    while person in oldest:
        person = oldest[person]
    return person


def rows_of(verdicts: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The rows that verdicts of a kind name, the last one of each: source, key, person, other."""
    mine = verdicts.filter((pl.col("kind") == kind) & pl.col("key").is_not_null())
    if kind == "is":
        mine = mine.unique(["source", "key"], keep="last", maintain_order=True)
    return mine.select("source", "key", "person", "other", "verdict")


def judge_join(writing: Writing, person: str, other: str, by: By) -> int:
    """Note that two ids are one person; the number of the verdict.

    Raises:
        LoadError: where an id is not known, or both are one already.
    """
    known = dict(writing.read("aliases").select("alias", "person").collect().iter_rows())
    one, two = (resolved(_known(writing, each), known) for each in (person, other))
    if one == two:
        raise LoadError(f"{person} and {other} are one person already.", retryable=False)
    first, second = sorted((one, two))
    return _append(writing, by, Judged("join", first, second))


def judge_is(writing: Writing, person: str, rows: Iterable[str], by: By) -> int:
    """Note that rows are about a person, whatever they are like."""
    _known(writing, person)
    return _append(writing, by, Judged("is", person, rows=_there(writing, rows)))


def judge_split(writing: Writing, person: str, rows: Iterable[str], by: By) -> int:
    """Note that rows are not about a person.

    Rows with a number become those of a new person; rows without one are linked anew, to others.
    """
    _known(writing, person)
    there = _there(writing, rows)
    numbered = [row for row in there if _numbered(writing, *row)]
    if not numbered:
        return _append(writing, by, Judged("split", person, rows=there))
    other = f"P{everyone(writing).height + 1:08d}"
    source, key = numbered[0]
    fresh = pl.DataFrame(
        [(other, f"{NONE}{other}", None, source, key, other)], dict(PEOPLE), orient="row"
    )
    writing.append("people", fresh)
    return _append(writing, by, Judged("split", person, other, there, tuple(numbered)))


def judge_undo(writing: Writing, number: int, by: By) -> int:
    """Take a verdict back; an undo that is undone restores it.

    Raises:
        LoadError: where there is no such verdict, or it is undone already.
    """
    held = writing.read("verdicts").select("verdict").collect()["verdict"].to_list()
    if number not in held:
        says = f"There is no verdict {number}; there are {max(held, default=0)}."
        raise LoadError(says, retryable=False)
    undone = undone_by(writing.read("verdicts").collect())
    if number in undone:
        says = f"Verdict {number} is undone already, by {undone[number]}: undo that to restore it."
        raise LoadError(says, retryable=False)
    return _append(writing, by, Judged("undo", other=str(number)))


def _known(writing: Writing, person: str) -> str:
    if person not in everyone(writing)["minted"]:
        says = f"Nobody has the id `{person}`; ids of people look like P00000001."
        raise LoadError(says, retryable=False)
    return person


def _there(writing: Writing, rows: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The source and key of each row named.

    Raises:
        LoadError: naming the row that is not in the lake.
    """
    found = []
    for row in rows:
        source, _, key = row.partition(MARK)
        held = writing.read(table_of(source))
        known = "_key" in held.collect_schema()
        if not known or held.filter(pl.col("_key") == key).collect().is_empty():
            says = f"No row `{row}`; rows are named SOURCE{MARK}KEY, as `aidgraph link show` does."
            raise LoadError(says, retryable=False)
        found.append((source, key))
    return tuple(found)


def _numbered(writing: Writing, source: str, key: str) -> bool:
    rows = writing.read(table_of(source)).filter(pl.col("_key") == key)
    return bool(rows.select(pl.col("person_number").is_not_null().any()).collect().item())


def _append(writing: Writing, by: By, judged: Judged) -> int:
    held = writing.read("verdicts").select("verdict").collect()["verdict"].to_list()
    number = max(held, default=0) + 1
    made = datetime.now(tz=UTC).isoformat(timespec="seconds")
    lines: list[tuple[object, ...]] = []
    for row in judged.rows or ((None, None),):
        other = judged.other if not judged.rows or row in judged.given else None
        lines.append((number, judged.kind, judged.person, other, *row, by.who, by.why, made))
    writing.append("verdicts", pl.DataFrame(lines, dict(VERDICTS), orient="row"))
    return number
