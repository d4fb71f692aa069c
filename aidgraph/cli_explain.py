"""`aidgraph explain`: why a household gets what it gets, and what was known when it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aidgraph.options import AsOf, Home, Json, KnownAt, Lang, PackPath, opened
from aidgraph.say import DATA, data

if TYPE_CHECKING:
    from aidgraph.road import Road

Unit = Annotated[str | None, typer.Argument(metavar="HOUSEHOLD", help="Of a household or person.")]
Refused = Annotated[
    bool, typer.Option("--refused", help="What was known on the day it was last refused.")
]
Number = Annotated[
    str | None, typer.Option(metavar="NUMBER", help="What was known when this one was decided.")
]


def explain_unit(
    unit_id: Unit = None,
    *,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lang: Lang = "zh",
    programme: Annotated[str | None, typer.Option(help="Only this programme.")] = None,
    refused: Refused = False,
    application: Number = None,
    as_json: Json = False,
) -> None:
    """Show every criterion with its value, standard, article and source rows.

    With --as-of or --known-at it is decided anew for that day, from what was loaded by then. With
    --refused or --application: as the day of that decision knew it, beside today, and what differs.
    """
    road = opened(home, pack, as_of, known_at)
    known = road.pack.programmes
    if programme is not None and programme not in known:
        raise typer.BadParameter(
            f"no programme `{programme}`; there are {', '.join(sorted(known))}"
        )
    if refused or application:
        if as_of or known_at:
            raise typer.BadParameter(
                "--refused and --application name the day themselves: leave out --as-of, --known-at"
            )
        _decided_then(road, (unit_id, programme, application), lang, as_json=as_json)
    elif unit_id is None:
        raise typer.BadParameter("whose reasons? Say an id, such as H00000001, or --application")
    else:
        if as_of or known_at:
            road.decide()
        _explain(road, unit_id, programme, lang, as_json=as_json)


def _explain(
    road: Road,
    unit_id: str,
    programme: str | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    from aidgraph.show_reasons import show
    from matching.reasons import to_json

    try:
        told = to_json(road.explain(unit_id, lang))
    except KeyError:
        says = f"nobody has the id `{unit_id}`; ids look like H00000001 or P00000001"
        raise typer.BadParameter(says) from None
    if as_json:
        data(told if programme is None else only(told, programme))
    else:
        DATA.print(show(told, lang, programme))


def _decided_then(
    road: Road,
    which: tuple[str | None, str | None, str | None],
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    from aidgraph.decided_then import NoSuchDecisionError, decided_then, decision_of
    from aidgraph.show_then import show

    try:
        told = decided_then(road, decision_of(road, *which), lang)
    except NoSuchDecisionError as none:
        raise typer.BadParameter(str(none)) from None
    if as_json:
        data(told)
    else:
        DATA.print(show(told, lang))


def only(told: dict[str, Any], programme: str) -> dict[str, Any]:
    """The reasons of one programme."""

    def kept(some: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in some if one["programme"] == programme]

    persons = {person: kept(some) for person, some in told["persons"].items()}
    return told | {"programmes": kept(told["programmes"]), "persons": persons}
