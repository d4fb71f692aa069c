"""The road month by month: what is decided of each, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.history import Month
from matching.months import InParts, decide_months, kept, month_ends
from matching.months_anew import taken_over
from matching.run import follows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aidgraph.road import Road
    from aidgraph.say import Advance
    from matching.run import Run

HISTORY: Final = 24


class Counts(NamedTuple):
    """How many months there are; of these decided for everyone, and taken over.

    What is taken over from an earlier lake is decided anew for whom facts touch that changed since.
    """

    months: int
    decided: int
    taken_over: int


def decide_from(road: Road, first: date, last: date, advance: Advance) -> Counts:
    """Decide each month from one day to another that is not kept yet."""
    road.same_pack()
    days, taken = month_ends(first, last), 0
    if before := run_with_months(road, days):
        then = road.lake.at(before.lake_version), kept(road.settings.months, road.pack, before)
        now = road.read, road.months
        taken = taken_over(then, now, road.pack, days, limit=road.few, progress=advance)
    parts = InParts(road.settings.part, road.settings.home) if road.large else None
    new = decide_months(
        road.read, road.pack, days, road.months, road.as_of, progress=advance, parts=parts
    )
    return Counts(len(days), new, taken)


def run_with_months(road: Road, days: Sequence[date]) -> Run | None:
    """The last run of earlier facts of which such a month is kept that this one lacks."""
    for run in reversed(road.runs()):
        if follows(road.run, run):
            months = kept(road.settings.months, road.pack, run)
            if any(months.has(day) and not road.months.has(day) for day in days):
                return run
    return None


def since_lost(road: Road) -> bool:
    """Whether *since when* is known of a run before, and not of this one."""
    day = road.as_of
    return not road.months.has(day) and run_with_months(road, [day]) is not None


def history_of(road: Road) -> tuple[Month, ...]:
    """What is kept of each month up to the run's, the last two years at most."""
    months = road.months
    if not months.has(road.as_of):
        return ()
    days = [day for day in months.days() if day <= road.as_of][-HISTORY:]
    return tuple(Month(day, months.read(day, "parts"), months.about(day)["lacks"]) for day in days)
