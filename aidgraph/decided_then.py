"""What did we know on the day we refused: a decision made again from what was loaded by its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from aidgraph.deciding import alone
from graph_loader.errors import LoadError
from graph_loader.links import given_numbers, linked_rows
from graph_loader.loaded import Place, load_days, loaded_on
from matching.differences import differences, facts
from matching.explain import explain
from matching.near import around
from matching.reasons import to_json
from matching.stated import NUMBERED, about, numbers_of
from ontology.vocabulary import HOUSEHOLD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aidgraph.road import Road
    from graph_loader.lake import Lake
    from matching.differences import Difference
    from matching.population import Population
    from matching.reasons import Reasons
    from ontology.pack import Pack
    from ontology.to_text import Language

SAYS: Final = {
    "not_known_then": {
        "zh": "当时不知道：{label}{whose}（现在：{now}）",
        "en": "not known then: {label}{whose} (now: {now})",
    },
    "known_otherwise_then": {
        "zh": "当时所知不同：{label}{whose}，当时为{then}，现在为{now}",
        "en": "known otherwise then: {label}{whose} was {then}, is {now}",
    },
    "no_longer_known": {
        "zh": "当时知道、现在不再确定：{label}{whose}，当时为{then}",
        "en": "known then, no longer: {label}{whose} was {then}",
    },
    "changed_since": {
        "zh": "此后有变化：{label}{whose}，从{then}到{now}",
        "en": "changed since: {label}{whose}, from {then} to {now}",
    },
}
SHORT: Final = {
    "not_known_then": {"zh": "当时不知道：{label}{whose}", "en": "not known then: {label}{whose}"},
    "known_otherwise_then": {
        "zh": "当时所知不同：{label}{whose}",
        "en": "known otherwise then: {label}{whose}",
    },
    "no_longer_known": {
        "zh": "当时知道、现在不再确定：{label}{whose}",
        "en": "known then, no longer: {label}{whose}",
    },
    "changed_since": {"zh": "此后有变化：{label}{whose}", "en": "changed since: {label}{whose}"},
}
"""The same without the values, for who may not see them."""
NUMBER: Final = "application_number"
UNKNOWN: Final = {"zh": "不明", "en": "not known"}
NOTHING: Final = {
    "zh": "到 {day} 还没有装入任何数据，首次装入是在 {first}。以下按现在所知推算当日情况。",
    "en": "Nothing had been loaded by {day}; the first load was on {first}. Below: that day as it"
    " is known now.",
}


class NoSuchDecisionError(Exception):
    """No application that was decided is meant; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An application and the day on which it was decided."""

    number: str | None
    programme: str
    unit: str
    id: str
    accepted_on: date | None
    decided_on: date
    result: str | None
    refusal_reason: str | None
    place: Place


def decision_of(
    road: Road, unit_id: str | None, programme: str | None, number: str | None
) -> Asked:
    """The application of this number, else the last one that was refused to the unit.

    Raises:
        NoSuchDecisionError: where there is none, or it is not decided yet.
    """
    people = road.population if not road.large else _near(road, unit_id, number)
    rows = people.applications
    if number is not None:
        rows = rows.filter(pl.col(NUMBER) == number)
        says = f"no application has the number `{number}`"
    else:
        rows = _refused(people, unit_id, programme)
        says = f"nothing was refused to {unit_id}" + (f" under {programme}" if programme else "")
    if rows.is_empty():
        raise NoSuchDecisionError(says)
    row = rows.sort("decided_on", "origin", nulls_last=False).row(-1, named=True)
    if row["decided_on"] is None:
        says = f"application {row['application_number']} is not decided yet"
        raise NoSuchDecisionError(
            f"{says}: `aidgraph explain {row['household']}` says how it stands"
        )
    return _asked(road.pack, people, row)


def _near(road: Road, unit_id: str | None, number: str | None) -> Population:
    """Of a large county who asked, and those near: by the application's number, else by id."""
    lake, day = road.seen
    ids = [unit_id or ""] if number is None else _asking(road, number)
    return around(lake, road.pack, day, road.ties, ids).population


def _asking(road: Road, number: str) -> list[str]:
    """The people and households that some application of this number names."""
    lake = road.seen[0]
    numbers = {unit: numbers_of(lake, unit) for unit in NUMBERED}
    given = given_numbers(lake)
    tables = [linked_rows(lake, source, given) for source in road.pack.sources]
    found = [
        about(rows.filter(pl.col(NUMBER) == number), numbers).select(*NUMBERED).collect()
        for rows in tables
        if NUMBER in rows.collect_schema()
    ]
    return sorted({one for rows in found for row in rows.rows() for one in row if one})


def _refused(people: Population, unit_id: str | None, programme: str | None) -> pl.DataFrame:
    """What was refused to a person, to a household, or to a member of it."""
    if unit_id is None:
        raise NoSuchDecisionError("to whom? Say an id, such as H00000001, or --application NUMBER")
    members = people.members.filter(pl.col("household") == unit_id)["person"]
    theirs = pl.col("person").is_in([unit_id, *members]) | (pl.col("household") == unit_id)
    refused = people.applications.filter(theirs, pl.col("result") == "refused")
    mine = refused.filter(pl.col("decided_on").is_not_null())
    return mine if programme is None else mine.filter(pl.col("programme") == programme)


def _asked(pack: Pack, people: Population, row: dict[str, Any]) -> Asked:
    programme = pack.programmes.get(row["programme"])
    if programme is None or not programme.decided:
        raise NoSuchDecisionError(f"{row['programme']} is not decided by this pack")
    home = people.members.filter(pl.col("person") == row["person"])["household"]
    household = row["household"] or next(iter(home), None)
    unit_id = household if programme.unit == HOUSEHOLD else row["person"]
    if unit_id is None:
        raise NoSuchDecisionError(
            f"application {row['application_number']} is of no {programme.unit} that is known"
        )
    place = Place(row["source"], row["file"], row["sheet"], row["row"])
    told = ("programme", "accepted_on", "decided_on", "result", "refusal_reason")
    named = {name: row[name] for name in told}
    return Asked(row["application_number"], unit=programme.unit, id=unit_id, place=place, **named)


def decided_then(road: Road, asked: Asked, lang: Language) -> dict[str, Any]:
    """The decision as its day knew it, as it is known now of that day, and of the run's day."""
    day = asked.decided_on
    try:
        then = reasons_at(road, road.read.known_on(day), asked, day, lang)
        says = None
    except LoadError:
        first = next(iter(load_days(road.read)), None)
        then, says = None, NOTHING[lang].format(day=day, first=first[1] if first else "—")
    hindsight = reasons_at(road, road.read, asked, day, lang)
    today = road.explain(asked.id, lang).reasons(asked.unit, asked.id, asked.programme)
    rows = {
        name: facts(one.tree if one else None, lang)
        for name, one in (("then", then), ("hindsight", hindsight), ("today", today))
    }
    found = differences(None if says else rows["then"], rows["hindsight"], rows["today"])
    return {
        "application": to_json(asked),
        "day": day.isoformat(),
        "as_of": road.as_of.isoformat(),
        "nothing_known": says,
        "then": _told(then),
        "hindsight": _told(hindsight),
        "today": _told(today),
        "differences": _lines(road, found, lang),
    }


def reasons_at(road: Road, lake: Lake, asked: Asked, day: date, lang: Language) -> Reasons | None:
    """Why it is decided so from a version of the lake; None where it knows nobody of the id."""
    held = alone((lake, day), road.pack, road.tied(lake), asked.id)
    try:
        told = explain(road.pack, *held, asked.id, lang, road.settings.law)
    except KeyError:
        return None
    return told.reasons(asked.unit, asked.id, asked.programme)


def _told(reasons: Reasons | None) -> dict[str, Any] | None:
    if reasons is None:
        return None
    told: dict[str, Any] = to_json(reasons)
    return told


def _lines(road: Road, found: list[Difference], lang: Language) -> list[dict[str, Any]]:
    """A line a difference, with the rows that state it now and the day on which each came."""
    places = {
        id(one): [
            Place(r.source, r.file, r.sheet, r.row) for r in one.records if r.sensitivity is None
        ]
        for one in found
    }
    came = loaded_on(road.read, [place for some in places.values() for place in some])
    return [
        {
            "kind": one.kind,
            "name": one.fact.name,
            "label": one.fact.label,
            "subject": one.fact.subject,
            "then": one.then,
            "now": one.now,
            "says": _says(one, lang, SAYS),
            "short": _says(one, lang, SHORT),
            "rows": [
                {**place._asdict(), "loaded_on": came[place]}
                for place in sorted(places[id(one)], key=lambda of: latest(came[of]))
            ],
        }
        for one in found
    ]


def latest(day: date | None) -> int:
    """To sort by: what came last first, what is not there at the end."""
    return -day.toordinal() if day else 0


def _says(one: Difference, lang: Language, words: Mapping[str, Mapping[str, str]]) -> str:
    whose = f" ({one.fact.subject})" if one.fact.subject else ""
    if lang == "zh" and one.fact.subject:
        whose = f"（{one.fact.subject}）"
    values = {
        name: value or UNKNOWN[lang] for name, value in (("then", one.then), ("now", one.now))
    }
    return words[one.kind][lang].format(label=one.fact.label, whose=whose, **values)
