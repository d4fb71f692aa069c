"""Reasons as one role may read them: the value, only the truth, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from api.access import sight
from api.words import region_label, state_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.access import Caller
    from api.lists import Json
    from api.service import Service
    from audit.users import Scope

    Made = dict[int, Any]

STRICT: Final = ("value", "truth", "nothing")
APART: Final = frozenset(
    {"programmes", "persons", "then", "hindsight", "today", "tree", "parts"}
    | {"articles", "article", "standards", "standard", "records"}
)
"""The names under which an answer holds conditions, and what many conditions cite."""
Part = TypeVar("Part")


def reasons_in(service: Service, caller: Caller, told: Json) -> Json:
    """An explanation cut to the departments of the user, and to what his role sees.

    A condition that stands in several places is cut once, and is the same dictionary everywhere.
    """
    cuts: Made = {}
    places: Made = {}

    def cut(reasons: list[Json]) -> list[Json]:
        theirs = (one for one in reasons if runs(service, caller.scope, one))
        seen = (for_role(caller, one, cuts) for one in theirs)
        return [placed(service, caller.lang, one, places) for one in seen]

    return {
        **told,
        "programmes": cut(told["programmes"]),
        "persons": {person: cut(reasons) for person, reasons in told["persons"].items()},
    }


def runs(service: Service, scope: Scope, reasons: Json) -> bool:
    """Whether the programme is run by one of the user's departments."""
    programme = service.pack.programmes.get(reasons["programme"])
    return programme is not None and scope.holds(programme.department)


def placed(service: Service, lang: str, reasons: Json, made: Made | None = None) -> Json:
    """A decision whose standards name their places, and their files from the pack's folder on."""
    made = {} if made is None else made
    folder = f"{service.pack.path}/"

    def standard(one: Json) -> Json:
        label = region_label(service, one["region"], lang)
        return {**one, "region_label": label, "file": str(one["file"]).removeprefix(folder)}

    def standards(some: list[Json]) -> list[Json]:
        return [once(each, standard, made) for each in some]

    def node(one: Json) -> Json:
        told = once(one["standards"], standards, made)
        below = [once(part, node, made) for part in one["parts"]]
        return {**one, "standard": told[0] if told else None, "standards": told, "parts": below}

    return {**reasons, "tree": once(reasons["tree"], node, made) if reasons["tree"] else None}


def once(one: Part, act: Callable[[Part], Part], made: Made) -> Part:
    """What is made of a part of an answer, the same each time; the part must outlive `made`."""
    key = id(one)
    if key not in made:
        made[key] = act(one)
    found: Part = made[key]
    return found


def for_role(caller: Caller, reasons: Json, made: Made | None = None) -> Json:
    """One decision with what the role may not see taken out."""
    made = {} if made is None else made
    tree = criterion(caller.scope, reasons["tree"], made) if reasons["tree"] else None
    near, flips = reasons["near_miss"], reasons["counterfactuals"]
    if tree is not None:
        near = None if near and near["criterion"] in valueless(tree) else near
        hidden = silent(tree) if flips else set()
        flips = [flip for flip in flips if flip["criterion"] not in hidden]
    label = state_label("status", reasons["status"], caller.lang)
    cut = {"tree": tree, "near_miss": near, "counterfactuals": flips}
    return {**reasons, "status_label": label, **cut}


def criterion(scope: Scope, node: Json, made: Made) -> Json:
    """One condition: values out where only the truth is for this role, all of it where nothing."""
    return once(node, lambda one: _criterion(scope, one, made), made)


def _criterion(scope: Scope, node: Json, made: Made) -> Json:
    parts = [criterion(scope, part, made) for part in node["parts"]]
    seen = max(
        (sight(scope, one["sensitivity"]) for one in node["inputs"]),
        key=STRICT.index,
        default="value",
    )
    if seen == "value":
        records = once(node["records"], lambda rows: told_of(scope, rows), made)
        return {**node, "parts": parts, "records": records}
    inputs = [
        {**one, "value": one["value"] if sight(scope, one["sensitivity"]) == "value" else None}
        for one in node["inputs"]
    ]
    cut = {"parts": parts, "inputs": inputs, "value": None, "records": [], "withheld": True}
    return {**node, **cut, "truth": node["truth"] if seen == "truth" else None}


def told_of(scope: Scope, rows: list[Json]) -> list[Json]:
    """The source rows without those that say of a relative what the role may not read."""
    kept = [one for one in rows if sight(scope, one.get("sensitivity")) == "value"]
    return rows if len(kept) == len(rows) else kept


def named(node: Json) -> set[str | None]:
    """What a sentence about this condition may call it."""
    return {node["name"], node["says"], *(one["name"] for one in node["inputs"])}


def valueless(node: Json) -> set[str | None]:
    """The conditions whose values were taken out, and those that they decide."""
    below = {name for part in node["parts"] for name in valueless(part)}
    return below | named(node) if below or node["withheld"] else below


def silent(node: Json) -> set[str | None]:
    """The conditions of which not even the truth is told."""
    below = {name for part in node["parts"] for name in silent(part)}
    return below | named(node) if node["withheld"] and node["truth"] is None else below
