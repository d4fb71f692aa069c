"""What is known of everyone, in plain frames: what the graph is made from besides a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ontology.to_frame import KIN_PERSON
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ontology.to_frame import Frames


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"id": pl.String})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of everyone, in plain frames; every id of a person or household a surrogate.

    households: id, region (handled by), registered_in, lives_in, further items, origin
    persons:    id, name, birth_date, sex, died_on, further items, origin
    members:    household, person, relation, since, until, origin
    kin:        person, kin, kind
    records:    by kind: id (else origin is it), person, household, unit (where a row may be about
                either), department (else that of its source), the kind's items, origin. Enrolment,
                application, step, disbursement and service take the shape that schema.py declares;
                every other kind becomes a label of its own.

    A further column is kept where it is an item of the pack, and left out where it names someone.
    """

    households: pl.DataFrame = field(default_factory=_none)
    persons: pl.DataFrame = field(default_factory=_none)
    members: pl.DataFrame = field(default_factory=_none)
    kin: pl.DataFrame = field(default_factory=_none)
    records: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is known of some people, and what was decided of them.

    `decisions`: unit, id, programme, status, after, amount, period, since, run and so on.
    `own`: the ids of the households and persons whom the graph takes from here; others are there
    to be looked up, and are another part's own.
    """

    facts: Facts
    decisions: pl.DataFrame | None = None
    own: pl.Series | None = None

    def mine(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The rows whose first known column names somebody of this part's own, or that name none.

        A row about nobody is in one part alone.
        """
        known = [column for column in columns if column in frame.columns]
        if self.own is None or not known:
            return frame
        who = pl.coalesce(known)
        return frame.filter(who.is_null() | who.is_in(self.own.implode()))


def facts_of(frames: Frames, members: pl.DataFrame, records: Mapping[str, pl.DataFrame]) -> Facts:
    """The facts of a population: its tables of units, its memberships and its records by kind.

    A class of persons called `counted_member` marks the members whom the law counts.
    """
    persons = frames.rows[PERSON]
    counted = "counted_member"
    if counted in persons.columns:
        of = persons.select(person="id", counted=counted)
        members = members.drop("counted", strict=False).join(of, on="person", how="left")
    return Facts(frames.rows[HOUSEHOLD], persons, members, _kin(frames), records)


def _kin(frames: Frames) -> pl.DataFrame:
    """Pairs of persons who are both known, and what the second is to the first."""
    if KIN not in frames.roles:
        return _none()
    ids = frames.rows[PERSON]["id"]
    ends = [pl.Series(frames.roles[role].owner) for role in (KIN, KIN_PERSON)]
    known = (ends[0] >= 0) & (ends[1] >= 0)
    return pl.DataFrame(
        {
            "person": ids.gather(ends[0].filter(known)),
            "kin": ids.gather(ends[1].filter(known)),
            "kind": frames.rows[KIN]["kind"].filter(known),
        }
    )
