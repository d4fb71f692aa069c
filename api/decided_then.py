"""What was known on the day of a refusal: that day's decision beside today's, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from api.access import Asking, Caller, Serving, purpose_of, sight
from api.household_graph import MEMBERS, read
from api.households import opened
from api.lists import Json, plain
from api.problems import Problem
from api.reasons import APART, for_role, placed, runs
from api.words import programme_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.service import Service
    from audit.users import Scope

router = APIRouter(tags=["households"])
SIDES: Final = ("then", "hindsight", "today")
Said = Annotated[str | None, Query(max_length=60)]


@dataclass(frozen=True, slots=True)
class Which:
    """Whose refusal, under which programme; or the decision on an application by its number."""

    unit: str | None = None
    programme: str | None = None
    application: str | None = None


def which(unit: Said = None, programme: Said = None, application: Said = None) -> Which:
    """What is asked for; without a unit, the household's own or the last of a member."""
    return Which(unit, programme, application)


@router.get("/households/{household}/decided-then")
def read_decided_then(
    household: str,
    caller: Asking,
    service: Serving,
    purpose: Annotated[str, Depends(purpose_of)],
    asked: Annotated[Which, Depends(which)],
) -> Response:
    """A decision as its day knew it, as that day is known now, and as the last run decides."""
    opened(service, caller, household, "decided-then", purpose)
    theirs = {household, *(row["id"] for row in read(service.state, MEMBERS, household))}
    unit = asked.unit or household
    if unit not in theirs:
        raise Problem("not-found")
    try:
        told = service.state.decided_then(unit, asked.programme, asked.application, caller.lang)
    except LookupError as none:
        raise Problem("not-found", says=str(none)) from none
    of = told["application"]
    if of["id"] not in theirs or not runs(service, caller.scope, of):
        raise Problem("not-found")
    return plain(seen(service, caller, told) | {"purpose": purpose}, APART)


def seen(service: Service, caller: Caller, told: Json) -> Json:
    """The whole cut to what the role may see; the application under the programme's name."""
    asked = told["application"]
    label = programme_label(service, asked["programme"], caller.lang)
    sides = {side: told[side] for side in SIDES}
    shown = {
        side: reasons and placed(service, caller.lang, for_role(caller, reasons))
        for side, reasons in sides.items()
    }
    classes = dict(
        item for one in sides.values() if one and one["tree"] for item in named(one["tree"])
    )
    lines = (line(caller.scope, one, classes.get(one["name"])) for one in told["differences"])
    differences = [one for one in lines if one is not None]
    return {
        **told,
        **shown,
        "application": {**asked, "programme_label": label},
        "differences": differences,
    }


def named(node: Json) -> Iterator[tuple[str, str | None]]:
    """Each value that a tree rests on, with the class of its sensitivity."""
    for one in node["inputs"]:
        yield one["name"], one["sensitivity"]
    for part in node["parts"]:
        yield from named(part)


def line(scope: Scope, one: Json, sensitivity: str | None) -> Json | None:
    """One difference: with its values, without them, or not at all."""
    match sight(scope, sensitivity):
        case "value":
            return {**one, "withheld": False}
        case "truth":
            bare = {"then": None, "now": None, "says": one["short"], "rows": []}
            return {**one, **bare, "withheld": True}
        case _:
            return None
