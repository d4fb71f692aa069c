"""Every programme for every household and person on a day: status, amount, what displaces what."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from matching.benefit import benefit
from matching.compatibility import Homes, Pays, Standing, settle
from matching.stated import MEMBERSHIP
from matching.statuses import (
    AFTER,
    CONFLICT,
    ELIGIBLE,
    NOT_APPLICABLE,
    NOT_ELIGIBLE,
    STATUSES,
    UNDETERMINED,
)
from ontology.aggregates import MEMBER
from ontology.evaluate import evaluate
from ontology.expression import fields, names
from ontology.missing import ROSTER, missing, searching
from ontology.plan import plan
from ontology.to_frame import KIN_PERSON
from ontology.vocabulary import HOUSEHOLD, KIN, PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matching.population import Population
    from matching.statuses import Codes, Flags, Money, Rows
    from ontology.missing import Search
    from ontology.pack import Pack
    from ontology.programmes import Programme
    from ontology.to_frame import Frames

COUNTED: Final = "counted_member"
TEXT: Final = ("unit", "id", "household", "programme", "status", "after", "rule_with", "article")
NOBODY: Final = pl.DataFrame(
    schema=dict.fromkeys(TEXT, pl.String)
    | {"amount": pl.Int64, "period": pl.String, "region": pl.String, "enrolled": pl.Boolean}
)
DECISIONS: Final = {
    "unit": pl.String(),
    "id": pl.String(),
    "household": pl.String(),
    "programme": pl.String(),
    "status": pl.String(),
    "after": pl.String(),
    "rule_with": pl.String(),
    "article": pl.String(),
    "amount": pl.Int64(),
    "period": pl.String(),
    "region": pl.String(),
    "enrolled": pl.Boolean(),
}
MISSING: Final = {
    "unit": pl.String(),
    "id": pl.String(),
    "household": pl.String(),
    "programme": pl.String(),
    "item": pl.String(),
    "subject": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One programme over all its units, row by row."""

    programme: Programme
    status: Codes
    after: Codes
    rule: Rows
    amount: Money
    known: Flags


@dataclass(frozen=True)
class Decided:
    """What was decided, with the columns that it was decided on."""

    pack: Pack = field(repr=False)
    frames: Frames = field(repr=False)
    as_of: date
    outcomes: Mapping[str, Outcome] = field(repr=False)
    memo: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def missing(self) -> pl.DataFrame:
        """The unknown facts for which each undetermined unit and programme waits."""
        return unknown_facts(self.pack, self.frames)

    @cached_property
    def decisions(self) -> pl.DataFrame:
        """A row for each unit and programme, household programmes first."""
        outcomes = sorted(self.outcomes.values(), key=lambda outcome: outcome.programme.unit)
        return pl.concat([NOBODY, *map(self._rows, outcomes)])

    def _rows(self, outcome: Outcome) -> pl.DataFrame:
        unit, name = outcome.programme.unit, outcome.programme.id
        table = self.frames.rows[unit]
        home = table["id"] if unit == "household" else table["household"]
        rules = self.pack.compatibility
        others = [rule.b if rule.a == name else rule.a for rule in rules]
        return pl.DataFrame(
            {
                "unit": constant(unit, table.height),
                "id": table["id"],
                "household": home,
                "programme": constant(name, table.height),
                "status": words(STATUSES, outcome.status),
                "after": words((None, *AFTER[1:]), outcome.after),
                "rule_with": words((*others, None), outcome.rule),
                "article": words((*(rule.source for rule in rules), None), outcome.rule),
                "amount": pl.Series(outcome.amount).set(pl.Series(~outcome.known), None),
                "period": constant(outcome.programme.period, table.height),
                "region": table["region"],
                "enrolled": table[f"enrolled_{name}"],
            }
        )


def constant(word: str, height: int) -> pl.Series:
    """The same word in every row."""
    return pl.Series([word], dtype=pl.String).new_from_index(0, height)


def words(names: tuple[str | None, ...], codes: Codes | Rows) -> pl.Series:
    """The word that each number stands for; -1 is the last."""
    at = np.where(codes < 0, len(names) - 1, codes) if codes.dtype == np.int64 else codes
    return pl.Series(names, dtype=pl.String).gather(pl.Series(at))


def decide(pack: Pack, population: Population, as_of: date) -> Decided:
    """Decide every programme of the pack that is decided at all."""
    frames = evaluate(pack, population.frames, as_of)
    return decide_frames(pack, frames, as_of, conflicts=population.conflicts)


def decide_frames(
    pack: Pack, frames: Frames, as_of: date, *, conflicts: pl.DataFrame | None = None
) -> Decided:
    """The same for a population whose indicators and classes are columns already."""
    programmes = decided_programmes(pack)
    doubtful = contradicted(pack, frames, conflicts)
    standings, statuses = {}, {}
    for programme in programmes:
        status = status_of(frames, programme, doubtful)
        statuses[programme.id] = status
        standings[programme.id] = standing(pack, frames, programme, status, as_of)
    settle(pack.compatibility, standings, homes(frames))
    outcomes = {
        p.id: Outcome(p, statuses[p.id], s.after, s.rule, s.amount, s.known & s.eligible)
        for p in programmes
        for s in [standings[p.id]]
    }
    return Decided(pack, frames, as_of, outcomes)


def decided_programmes(pack: Pack) -> list[Programme]:
    """The programmes that this pack decides, by id."""
    decided = (programme for programme in pack.programmes.values() if programme.decided)
    return sorted(decided, key=lambda programme: programme.id)


def contradicted(pack: Pack, frames: Frames, conflicts: pl.DataFrame | None) -> pl.DataFrame:
    """Units and programmes that wait for a fact on which departments disagree."""
    if conflicts is None or conflicts.is_empty():
        return pl.DataFrame(schema=MISSING).select("id", "programme")
    doubts = spread(pack, frames, conflicts)
    waiting = unknown_facts(pack, frames).join(doubts, on=["subject", "item"], how="semi")
    return waiting.select("id", "programme")


def spread(pack: Pack, frames: Frames, conflicts: pl.DataFrame) -> pl.DataFrame:
    """Every missing fact (`subject`, `item`) that a contradicted one may be behind.

    A person's fact may be behind those of the person, of the household and of relatives.
    """
    words = pl.DataFrame(
        [(item, word) for item in conflicts["item"].unique() for word in words_over(pack, item)],
        schema={"item": pl.String, "word": pl.String},
        orient="row",
    )
    doubts = conflicts.select("id", "item").join(words, on="item").select("id", item="word")
    reach = [conflicts.select("id", subject="id"), *_related(frames)]
    return doubts.join(pl.concat(reach).unique(), on="id").select("subject", "item").unique()


def _related(frames: Frames) -> list[pl.DataFrame]:
    """(id, subject): of each person the household, and everyone to whom the person is kin."""
    persons = frames.rows["person"]
    found = [persons.select("id", subject="household").drop_nulls()]
    if KIN in frames.roles and KIN_PERSON in frames.roles:
        ends = [pl.Series(frames.roles[role].owner) for role in (KIN_PERSON, KIN)]
        known = (ends[0] >= 0) & (ends[1] >= 0)
        pair = [persons["id"].gather(end.filter(known)) for end in ends]
        found.append(pl.DataFrame({"id": pair[0], "subject": pair[1]}))
    return found


def words_over(pack: Pack, item: str) -> set[str]:
    """The words by which a missing fact may be named where this item is what is unknown."""
    found = {item}
    if item == MEMBERSHIP:
        owned = {kind.name for kind in pack.kinds.values() if kind.owner == PERSON}
        found = {MEMBER, ROSTER, HOUSEHOLD, KIN, *owned}
    uses = {
        name: {word for part in parts for word in part.uses}
        for name, parts in plan(pack).formulas.items()
    }
    for name, versions in pack.classes.items():
        uses[name] = {w for v in versions for w in fields(v.expression) | names(v.expression)}
    waiting = list(found)
    while waiting:
        word = waiting.pop()
        over = {name for name, words in uses.items() if word in words}
        waiting += over - found
        found |= over
    words = (pack.vocabulary.field(n) or pack.vocabulary.classes.get(n) for n in found)
    return found | {word.notation for word in words if word and word.notation}


def unknown_facts(pack: Pack, frames: Frames) -> pl.DataFrame:
    """The missing facts of every programme that is decided."""
    search = searching(pack, frames)
    found = [missing_facts(pack, frames, p, search) for p in decided_programmes(pack)]
    return pl.concat([pl.DataFrame(schema=MISSING), *found])


def missing_facts(pack: Pack, frames: Frames, programme: Programme, search: Search) -> pl.DataFrame:
    """The unknown facts that keep a programme undetermined, unit by unit."""
    found = missing(pack, frames, programme.id, search)
    table = frames.rows[programme.unit]
    home = table["id"] if programme.unit == "household" else table["household"]
    at = found["row"]
    return pl.DataFrame(
        {
            "unit": constant(programme.unit, found.height),
            "id": table["id"].gather(at),
            "household": home.gather(at),
            "programme": constant(programme.id, found.height),
            "item": found["item"],
            "subject": found["subject"],
        },
        schema=MISSING,
    )


def status_of(frames: Frames, programme: Programme, doubtful: pl.DataFrame) -> Codes:
    """The status of each unit before programmes are weighed against each other."""
    table = frames.rows[programme.unit]
    truth = table[programme.name]
    true = truth.fill_null(value=False).to_numpy()
    false = (~truth).fill_null(value=False).to_numpy()
    status = np.full(table.height, UNDETERMINED, np.uint8)
    mine = doubtful.filter(pl.col("programme") == programme.id)
    if mine.height:
        status[table["id"].is_in(mine["id"].implode()).to_numpy()] = CONFLICT
    status[true] = ELIGIBLE
    status[false] = NOT_ELIGIBLE
    status[~table[f"{programme.name}__applicable"].to_numpy()] = NOT_APPLICABLE
    return status


def standing(
    pack: Pack, frames: Frames, programme: Programme, status: Codes, as_of: date
) -> Standing:
    """A programme as compatibility sees it: who is eligible, holds it, is on its roll."""
    column = frames.rows[programme.unit][f"enrolled_{programme.id}"]
    on_roll = column.fill_null(value=False).to_numpy()
    open_yet = (status == UNDETERMINED) | (status == CONFLICT)
    eligible = status == ELIGIBLE
    holds = eligible | (open_yet & on_roll)
    return Standing.new(
        programme.unit,
        eligible,
        holds=holds,
        enrolled=on_roll,
        pays=Pays(*benefit(pack, frames, programme, as_of, holds), programme.period),
    )


def homes(frames: Frames) -> Homes:
    """Who lives where, and whom the law counts in the family."""
    persons = frames.rows["person"]
    counted = np.ones(persons.height, np.bool_)
    if COUNTED in persons.columns:
        counted = persons[COUNTED].fill_null(value=False).to_numpy()
    return Homes(frames.roles["has_member"].owner, frames.rows["household"].height, counted)
