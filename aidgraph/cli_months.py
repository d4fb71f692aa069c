"""`aidgraph months`: the county decided for the end of each month, so that *since when* is true."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aidgraph.monthly import decide_from
from aidgraph.options import AsOf, Home, Json, KnownAt, PackPath, opened
from aidgraph.say import data, step
from matching.completeness import months_before
from matching.months import month_ends

if TYPE_CHECKING:
    from aidgraph.road import Road

MONTHS: Final = 24
WRITTEN: Final = re.compile(r"(\d{4})-(\d{2})")


def month_of(said: str, name: str) -> date:
    """The first day of a month that is written YYYY-MM."""
    written = WRITTEN.fullmatch(said)
    try:
        return date(int(written[1]), int(written[2]), 1)  # type: ignore[index]
    except (TypeError, ValueError):
        says = f"`{said}` is no month; months look like 2026-10"
        raise typer.BadParameter(says, param_hint=name) from None


def month_end(month: date, as_of: date) -> date:
    """The last day of a month, or of its part that the run has seen.

    Raises:
        typer.BadParameter: where the run is of an earlier month.
    """
    last = month_ends(month, as_of)
    if month > as_of or last[0] > as_of:
        says = f"the run is of {as_of}: `aidgraph match --as-of` a day in {month:%Y-%m} comes first"
        raise typer.BadParameter(says, param_hint="--to")
    return last[0]


def decide_months(
    *,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM")] = None,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Decide the county for the last day of each month up to the run's, 24 where none is named.

    Months that were decided from the same lake, pack and code are kept. Of those that were decided
    from earlier facts only whom changed facts touch is decided anew. The next `project` writes
    into the graph since when each household has qualified.
    """
    road = opened(home, pack, as_of, known_at)
    told = months(road, first, last)
    if as_json:
        data(told)


def months(road: Road, first: str | None = None, last: str | None = None) -> dict[str, Any]:
    """Decide months and say how many: the command, and a step of the demonstration."""
    until = month_end(month_of(last, "--to"), road.as_of) if last else road.as_of
    since = month_of(first, "--from") if first else months_before(until, MONTHS - 1)
    if since > until:
        raise typer.BadParameter(f"{since:%Y-%m} comes after {until:%Y-%m}", param_hint="--from")
    with step("months") as this:
        told = decide_from(road, since, until, this.advance)
        kept = told.months - told.decided - told.taken_over
        more = f", {told.taken_over} taken over but for whom changes touch" * bool(told.taken_over)
        more += f", {kept} kept" * bool(kept)
        this(f"{told.months} months, {since:%Y-%m} to {until:%Y-%m}: {told.decided} decided{more}")
    return {"from": f"{since:%Y-%m}", "to": until, **told._asdict()}
