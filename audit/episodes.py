"""Findings kept from run to run, in episodes.

A conclusion belongs to an episode: it holds as long as the evidence does, whatever run finds it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from audit.journal import Entry, append_in
from audit.records import lock
from audit.tables import EPISODES, FINDING_DEPARTMENTS, FINDINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection, Row

    from audit.records import Records

STATED: Final = (
    "question",
    "finds",
    "key",
    "unit",
    "unit_id",
    "household",
    "programme",
    "departments",
    "region",
    "money",
    "severity",
    "articles",
    "origins",
    "evidence",
    "evidence_digest",
    "excess",
    "details",
    "months",
    "rank",
)
FRESH: Final = {"work_state": "to_dispatch", "conclusion": None, "disposal": None}


LISTED: Final = 12
"""So many findings that a run changed are named one by one; of more only how many."""


class Moved(NamedTuple):
    """A finding that a run made otherwise: `how` is new, changed, back or cleared."""

    how: str
    id: str
    question: str
    unit_id: str
    programme: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What one run changed among the findings; `moved` names these where they are few."""

    new: int
    again: int
    changed: int  # found again with other evidence: a new episode
    back: int  # cleared before, found again
    cleared: int
    not_asked: int  # open findings of questions that this run could not ask: left as they are
    moved: tuple[Moved, ...] = field(default=(), compare=False)


def keep_findings(
    records: Records,
    found: Iterable[Mapping[str, Any]],
    *,
    asked: Collection[str],
    run: str,
) -> Kept:
    """Bring what is kept to what this run found. A question that was not asked clears nothing."""
    rows = {str(row["id"]): {name: row[name] for name in STATED} for row in found}
    with records.write() as connection:
        lock(connection, "findings")
        kept = {row.id: row for row in connection.execute(select(FINDINGS))}
        seen = {"last_seen": records.now(), "last_run": run}
        new = [{"id": made, **rows[made], **seen} for made in rows if made not in kept]
        old = {made: kept[made] for made in rows if made in kept}
        insert_new(connection, new)
        same, changed, back = sort_out(rows, old)
        stand(connection, list(old), seen)
        refresh(connection, {made: rows[made] for made in old if differs(old[made], rows[made])})
        begin_episodes(connection, [(old[made], rows[made]) for made in changed], seen)
        resume(connection, back)
        gone = [row for row in kept.values() if row.id not in rows and row.cleared_at is None]
        cleared = [row.id for row in gone if row.question in asked]
        clear(connection, cleared, seen["last_seen"])
        counts = Kept(
            len(new), len(same), len(changed), len(back), len(cleared), len(gone) - len(cleared)
        )
        detail = {name: of for name, of in asdict(counts).items() if name != "moved"}
        append_in(connection, records.now(), Entry("run", "keep", "findings", run, detail=detail))
    by_how = {"new": [row["id"] for row in new], "changed": changed, "back": back}
    known = {made: dict(row._mapping) for made, row in kept.items()} | rows  # noqa: SLF001 — public
    return replace(counts, moved=moved({**by_how, "cleared": cleared}, known))


def moved(
    by_how: Mapping[str, Collection[str]], known: Mapping[str, Mapping[str, Any]]
) -> tuple[Moved, ...]:
    """The findings that a run made otherwise, by what became of them; none where they are many."""
    if sum(map(len, by_how.values())) > LISTED:
        return ()
    says = ("question", "unit_id", "programme")
    return tuple(
        Moved(how, made, *(known[made][name] for name in says))
        for how, some in by_how.items()
        for made in sorted(some)
    )


def sort_out(
    rows: Mapping[str, Mapping[str, Any]], old: Mapping[str, Row[Any]]
) -> tuple[list[str], list[str], list[str]]:
    """The findings that are the same, that have other evidence, and that came back unchanged."""
    changed = [
        made for made, row in old.items() if row.evidence_digest != rows[made]["evidence_digest"]
    ]
    other = set(changed)
    back = [made for made, row in old.items() if made not in other and row.cleared_at is not None]
    returned = set(back)
    same = [made for made in old if made not in other and made not in returned]
    return same, changed, back


def insert_new(connection: Connection, new: list[dict[str, Any]]) -> None:
    """Write findings that were never seen, each with its first episode."""
    if not new:
        return
    first = [
        {
            **row,
            **FRESH,
            "episode": 1,
            "first_seen": row["last_seen"],
            "first_run": row["last_run"],
        }
        for row in new
    ]
    connection.execute(insert(FINDINGS), first)
    insert_departments(connection, {row["id"]: row for row in new})
    connection.execute(insert(EPISODES), [episode(row["id"], 1, row, row) for row in new])


def insert_departments(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write which departments each finding is of."""
    pairs = [
        {"finding": made, "department": department}
        for made, row in rows.items()
        for department in dict.fromkeys(row["departments"])
    ]
    if pairs:
        connection.execute(insert(FINDING_DEPARTMENTS), pairs)


def episode(
    made: str, number: int, row: Mapping[str, Any], seen: Mapping[str, Any]
) -> dict[str, Any]:
    """The row of an episode that begins now."""
    return {
        "finding": made,
        "number": number,
        "evidence": row["evidence"],
        "evidence_digest": row["evidence_digest"],
        "began_at": seen["last_seen"],
        "began_run": seen["last_run"],
    }


def stand(connection: Connection, old: list[str], seen: Mapping[str, Any]) -> None:
    """Write that this run found them again."""
    if old:
        connection.execute(
            update(FINDINGS).where(FINDINGS.c.id == bindparam("made")).values(**seen),
            [{"made": made} for made in old],
        )


def differs(row: Row[Any], now: Mapping[str, Any]) -> bool:
    """Whether this run says anything else of a finding."""
    kept = row._mapping  # noqa: SLF001 — SQLAlchemy's public name for it
    return any(kept[name] != now[name] for name in STATED)


def refresh(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what this run says of findings that were known otherwise."""
    if not rows:
        return
    connection.execute(
        update(FINDINGS)
        .where(FINDINGS.c.id == bindparam("made"))
        .values({name: bindparam(f"new_{name}", type_=FINDINGS.c[name].type) for name in STATED}),
        [{"made": made, **{f"new_{k}": v for k, v in row.items()}} for made, row in rows.items()],
    )
    connection.execute(
        delete(FINDING_DEPARTMENTS).where(FINDING_DEPARTMENTS.c.finding == bindparam("made")),
        [{"made": made} for made in rows],
    )
    insert_departments(connection, rows)


def begin_episodes(
    connection: Connection,
    changed: list[tuple[Row[Any], Mapping[str, Any]]],
    seen: Mapping[str, Any],
) -> None:
    """End the episode of each and begin the next: nobody has concluded anything about it yet."""
    if not changed:
        return
    now = seen["last_seen"]
    connection.execute(
        update(EPISODES)
        .where(EPISODES.c.finding == bindparam("made"), EPISODES.c.ended_at.is_(None))
        .values(ended_at=now),
        [{"made": row.id} for row, _ in changed],
    )
    connection.execute(
        insert(EPISODES), [episode(row.id, row.episode + 1, now_, seen) for row, now_ in changed]
    )
    connection.execute(
        update(FINDINGS)
        .where(FINDINGS.c.id == bindparam("made"))
        .values(episode=FINDINGS.c.episode + 1, cleared_at=None, **FRESH),
        [{"made": row.id} for row, _ in changed],
    )


def resume(connection: Connection, back: list[str]) -> None:
    """Open again what had been cleared and is back with the same evidence: its conclusion holds."""
    if not back:
        return
    made = [{"made": one} for one in back]
    connection.execute(
        update(FINDINGS).where(FINDINGS.c.id == bindparam("made")).values(cleared_at=None), made
    )
    latest = select(FINDINGS.c.episode).where(FINDINGS.c.id == EPISODES.c.finding)
    connection.execute(
        update(EPISODES)
        .where(EPISODES.c.finding == bindparam("made"))
        .where(EPISODES.c.number == latest.scalar_subquery())
        .values(ended_at=None),
        made,
    )


def clear(connection: Connection, gone: list[str], now: str) -> None:
    """Mark findings whose cause went."""
    if not gone:
        return
    made = [{"made": one} for one in gone]
    connection.execute(
        update(FINDINGS).where(FINDINGS.c.id == bindparam("made")).values(cleared_at=now), made
    )
    connection.execute(
        update(EPISODES)
        .where(EPISODES.c.finding == bindparam("made"), EPISODES.c.ended_at.is_(None))
        .values(ended_at=now),
        made,
    )
