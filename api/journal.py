"""The journal, for the auditor: who did and read what, why, and whether the chain holds."""

from __future__ import annotations

import json
from dataclasses import asdict

from fastapi import APIRouter
from sqlalchemy import func, select

from api.access import Asking, Serving
from api.lists import DEFAULT, Cursor, Json, Limit, from_cursor, to_cursor
from audit.journal import verify
from audit.tables import JOURNAL

router = APIRouter(tags=["journal"])
SHOWN = ("seq", "at", "who", "action", "resource", "subject", "purpose", "hash")


@router.get("/journal")
def read_journal(  # noqa: PLR0913 — three filters and a page
    _caller: Asking,
    service: Serving,
    *,
    who: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Json:
    """The entries, newest first."""
    filters = {"who": who, "action": action, "subject": subject}
    where = [JOURNAL.c[name] == value for name, value in filters.items() if value is not None]
    page = list(where)
    if cursor is not None:
        page.append(JOURNAL.c.seq < from_cursor(cursor, [int])[0])
    with service.records.read() as connection:
        total = connection.execute(select(func.count()).select_from(JOURNAL).where(*where)).scalar()
        asked = select(JOURNAL).where(*page).order_by(JOURNAL.c.seq.desc()).limit(limit + 1)
        rows = connection.execute(asked).mappings().all()
    items = [
        {**{name: row[name] for name in SHOWN}, "detail": json.loads(row["detail"])}
        for row in rows[:limit]
    ]
    further = to_cursor(items[-1]["seq"]) if len(rows) > limit else None
    return {"items": items, "next": further, "total": total}


@router.get("/journal/verify")
def verify_journal(_caller: Asking, service: Serving) -> Json:
    """Whether every entry follows the one before it, and none was cut off."""
    found = verify(service.records, key_file=service.key_file, anchor_file=service.anchor_file)
    return asdict(found)
