"""The road month by month: what is decided of each, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.history import Month
from matching.months import InParts, decide_months, month_ends

if TYPE_CHECKING:
    from datetime import date

    from aidgraph.road import Road
    from aidgraph.say import Advance

HISTORY: Final = 24


def decide_from(road: Road, first: date, last: date, advance: Advance) -> tuple[int, int]:
    """Decide each month from one day to another: how many there are, how many are new."""
    road.same_pack()
    days = month_ends(first, last)
    parts = InParts(road.settings.part, road.settings.home) if road.large else None
    new = decide_months(
        road.read, road.pack, days, road.months, road.as_of, progress=advance, parts=parts
    )
    return len(days), new


def history_of(road: Road) -> tuple[Month, ...]:
    """What is kept of each month up to the run's, the last two years at most."""
    kept = road.months
    if not kept.has(road.as_of):
        return ()
    days = [day for day in kept.days() if day <= road.as_of][-HISTORY:]
    return tuple(Month(day, kept.read(day, "parts"), kept.about(day)["lacks"]) for day in days)
