"""One month: who qualifies, who receives, and whose lack of it is a gap, from columns alone.

The same words as the questions about gaps ask of the graph; a test holds both together.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from graph_loader.policy import links
from matching.enrolment import CYCLES
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.decide import Decided
    from matching.population import Population
    from ontology.pack import Pack

OPEN: Final = ("eligible", "undetermined", "conflict")
"""Statuses that are kept of a month; whoever has another did not qualify in it."""
ONCE: Final = "once"
"""The period of what is given once."""
MONTH: Final = {
    "unit": pl.String(),
    "id": pl.String(),
    "household": pl.String(),
    "programme": pl.String(),
    "region": pl.String(),
    "status": pl.String(),
    "after": pl.String(),
    "amount": pl.Int64(),
    "period": pl.String(),
    "receives": pl.Boolean(),
    "gap": pl.Boolean(),
}
TEXT: Final = pl.String()
DAY: Final = pl.Date()
UNIT: Final[Mapping[str, pl.DataType]] = {
    "unit": TEXT,
    "person": TEXT,
    "household": TEXT,
    "programme": TEXT,
}
OFFICE: Final[Mapping[str, Mapping[str, pl.DataType]]] = {
    "enrolment": {"enrolled_since": DAY, "enrolled_until": DAY},
    "disbursement": {"for_month": DAY, "paid_on": DAY, "status": TEXT},
    "application": {
        **dict.fromkeys(("accepted_on", "due_on", "decided_on", "withdrawn_on"), DAY),
        "result": TEXT,
    },
}
"""What is read of each kind; a pack that has not all of it says nothing there."""
KEYS: Final = ("unit", "id", "programme")
KEY: Final = {"programme": pl.String(), "id": pl.String()}


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def month_of(pack: Pack, population: Population, decided: Decided) -> pl.DataFrame:
    """Everyone who qualifies, or of whom that is not known, in the columns of `MONTH`.

    `receives`: on the roll or paid within one cycle, at any level; null where the roll is not
    whole and shows nothing. `gap`: qualifies, lacks it, and waits for no answer.
    """
    rows = decided.decisions.filter(pl.col("status").is_in(OPEN)).drop("rule_with", "article")
    received = Received(pack, population)
    kept = (pl.col("status") == "eligible") & (pl.col("after").ne_missing("excluded"))
    qualifying = rows.filter(kept)
    rows = rows.with_columns(
        has=received.has(rows, received.held) | received.has(rows, received.paid)
    )
    shown = pl.col("has") | pl.col("enrolled")
    rows = rows.with_columns(receives=pl.when(shown).then(statement=True).otherwise("enrolled"))
    gaps = _gaps(received, qualifying.select(*KEYS))
    whole = pl.concat(
        _whole(population.frames.rows[unit]).select(pl.lit(unit).alias("unit"), "id", "asked")
        for unit in (HOUSEHOLD, PERSON)
    )
    rows = rows.join(gaps, on=KEYS, how="left", maintain_order="left")
    rows = rows.join(whole, on=["unit", "id"], how="left", maintain_order="left")
    told = pl.col("open") & pl.col("asked")
    lacks = kept & (pl.col("receives") == False)  # noqa: E712 - null is neither
    return rows.with_columns(
        gap=(lacks & (told | pl.col("linked")).fill_null(value=False)).fill_null(value=False)
    ).select(pl.col(name).cast(of) for name, of in MONTH.items())


def _whole(table: pl.DataFrame) -> pl.DataFrame:
    """With `asked`: whether every application of each row is on file."""
    told = "application_complete"
    known = pl.col(told) if told in table.columns else pl.lit(value=False)
    return table.with_columns(asked=known)


@dataclass
class Received:
    """Who holds, gets or has asked for each programme: (programme, id) of units, near and around.

    What a person has counts for the household, what the household has for each member.
    """

    pack: Pack
    population: Population

    def rows(self, kind: str) -> pl.DataFrame:
        """The records of a kind in the columns that are read of it."""
        held, wanted = self.population.records.get(kind), {**UNIT, **OFFICE[kind]}
        if held is None:
            return pl.DataFrame(schema=wanted)
        return held.select(
            (pl.col(name) if name in held.columns else pl.lit(None)).cast(of).alias(name)
            for name, of in wanted.items()
        )

    @cached_property
    def links(self) -> pl.DataFrame:
        """(identity, what it opens)."""
        return pl.DataFrame(
            sorted(set(links(self.pack))),
            {"programme": pl.String, "opens": pl.String},
            orient="row",
        )

    @cached_property
    def rolls(self) -> pl.DataFrame:
        """Enrolments that hold on the day; in what is given once, those that ended too."""
        on = self.population.as_of
        since, until = pl.col("enrolled_since"), pl.col("enrolled_until")
        once = [p.id for p in self.pack.programmes.values() if p.period == ONCE]
        holds = until.is_null() | (until > on) | pl.col("programme").is_in(once)
        return self.rows("enrolment").filter(since.is_null() | (since <= on), holds)

    @cached_property
    def held(self) -> pl.DataFrame:
        return self.around(self.rolls)

    @cached_property
    def paid(self) -> pl.DataFrame:
        """Paid for, or in, the cycle that ends on the day."""
        on, rows = self.population.as_of, self.rows("disbursement")
        month, paid, since = pl.col("for_month"), pl.col("paid_on"), self.cycle()
        within = (month > since) | ((paid > since) & (paid <= on))
        return self.around(rows.filter(pl.col("status") == "success", month <= on, within))

    def cycle(self) -> pl.Expr:
        """The day on which the cycle of the row's programme began.

        What was given once counts for ever; a question to the graph, which knows since when a unit
        has qualified, asks for it again from then on.
        """
        on = self.population.as_of
        since = {
            p.id: date.min if p.period == ONCE else months_back(on, CYCLES.get(p.period, 1))
            for p in self.pack.programmes.values()
        }
        return pl.col("programme").replace_strict(since, default=None, return_dtype=pl.Date)

    def asked(self, *, late: bool) -> pl.DataFrame:
        """Applications that stand: open (`late`: also past the day due), or granted this cycle."""
        on, rows = self.population.as_of, self.rows("application")
        in_time = pl.col("due_on").is_null() | (pl.col("due_on") >= on) | late
        granted = (pl.col("result") == "approved") & (pl.col("decided_on") > self.cycle())
        stands = ((pl.col("decided_on").is_null() & in_time) | granted).fill_null(value=False)
        rows = rows.filter(pl.col("withdrawn_on").is_null(), pl.col("accepted_on") <= on, stands)
        return self.around(rows)

    def opened(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The programmes that those which the units have open to them."""
        return keys.join(self.links, on="programme").select("id", programme="opens").unique()

    @cached_property
    def identities(self) -> pl.DataFrame:
        """What an identity held for a month or longer opens."""
        month_ago = months_back(self.population.as_of, 1)
        return self.opened(self.around(self.rolls.filter(pl.col("enrolled_since") <= month_ago)))

    def around(self, rows: pl.DataFrame) -> pl.DataFrame:
        """(programme, id) of each row's unit, of its household, and of its members."""
        about = pl.when(pl.col("unit") == HOUSEHOLD).then("household").otherwise("person")
        return self.reach(rows.select("programme", about.alias("id")).drop_nulls().unique())

    def reach(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The same keys, and those of whoever is one step away in the family."""
        homes = self.population.persons.select("household", person="id").drop_nulls()
        up = keys.join(homes, left_on="id", right_on="person")
        down = keys.join(homes, left_on="id", right_on="household")
        return pl.concat(
            [
                keys.select(*KEY),
                up.select("programme", id="household"),
                down.select("programme", id="person"),
            ]
        ).unique()

    @staticmethod
    def has(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
        """Which rows are among the keys."""
        known = keys.select(*KEY, here=pl.lit(value=True))
        found = rows.select(*KEY).join(known, on=[*KEY], how="left", maintain_order="left")
        return found["here"].fill_null(value=False)


def _gaps(received: Received, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of units that qualify: `open` (nothing stands in between), `linked` (an identity opens it).

    An open one was never asked for, or refused, or ended: each is a question of its own.
    """
    has = received.has
    without = ~has(pairs, received.held) & ~has(pairs, received.paid)
    open_to = has(pairs, received.opened(received.held))
    first = has(pairs, received.opened(received.reach(pairs.select(*KEY).unique())))
    waits = [has(pairs, received.asked(late=late)) for late in (True, False)]
    linked = without & has(pairs, received.identities) & ~waits[1]
    return pairs.with_columns(open=without & ~waits[0] & ~open_to & ~first, linked=linked)
