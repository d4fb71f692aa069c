"""A population drawn for a pack: values at every boundary, facts missing, rosters open.

Every item and every record is drawn, so that indicators come out known, unknown or between two
ends. What classes test is then stated for most rows, and so that each programme has rows in each
of its statuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from matching.decide import decided_programmes
from matching.records import used_kinds
from ontology.evaluate import DTYPES, evaluate
from ontology.places import in_force
from ontology.to_frame import KIN_PERSON, Frames, Role
from ontology.vocabulary import HOUSEHOLD, KIN, NUMBERS, PERSON, Indicator
from tests.agreement.leaves import Leaf, leaves
from tests.agreement.steer import Family, Steering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ontology.pack import Pack
    from ontology.vocabulary import Item

WIDE: Final = Decimal(10_000)
NEARBY: Final = 2 / 3  # of the days of any age but birthdays, those of the last half year
UNITS: Final = (HOUSEHOLD, PERSON)
KIN_KINDS: Final = ("spouse", "parent", "child", "grandparent", "grandchild", "sibling")
POORLY: Final = 2 / 3
"""So many families have handed in little, the others nearly everything; see `families`."""
LOST: Final = {True: 0.7, False: 0.03}
STEERED: Final = 0.9
WHOLE: Final = 0.6
OF_NO_HOME: Final = 0.03
NOT_ON_FILE: Final = 0.05
"""So many relatives."""
UNKNOWN: Final = 0.85
"""So many of the items behind indicators."""
MOVED: Final = 0.2
"""So many have lived, or are about to live, in another household too."""


@dataclass
class Drawn:
    """A drawn population, evaluated; and how it was drawn."""

    pack: Pack
    on: date
    frames: Frames
    members: pl.DataFrame
    leaves: dict[str, Leaf]
    raw: Frames
    stated: Mapping[str, Mapping[str, pl.Series]]


@dataclass
class Draw:
    """One drawing: the same seed gives the same population.

    `unknown`: so many of the items behind indicators are. `derived`: of so many families no
    indicator is stated, so that all follow from items.
    """

    pack: Pack
    on: date
    households: int
    chance: Random
    unknown: float = UNKNOWN
    derived: float = 0
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def drawn(self) -> Drawn:
        self.leaves = dict(sorted(leaves(self.pack, self.on).items()))
        families = self.families()
        stated = {unit: self.stated(unit, families) for unit in UNITS}
        raw = self.frames(families)
        found = evaluate(self.pack, raw, self.on, stated=stated)
        living = self.members(raw)
        return Drawn(self.pack, self.on, found, living, self.leaves, raw, stated)

    def families(self) -> list[Family]:
        """Households of none to five members, each steered towards or from a programme.

        The first family of each programme is steered towards it, and has handed in nearly all.
        """
        chance, found, person = self.chance, [], 0
        programmes = decided_programmes(self.pack)
        programmes += [one for one in programmes if one.unit == HOUSEHOLD for _ in range(2)]
        steering = Steering(self.pack, self.on, self.leaves, chance)
        for home in range(self.households):
            size = chance.choices(range(6), (1, 6, 8, 6, 3, 2))[0]
            programme = programmes[home % len(programmes)]
            place = self.region(programme.name)
            family = Family(home, list(range(person, person + size)), place)
            person += size
            first = home < len(programmes)
            wanted = first or chance.random() < STEERED
            rows = family.members if programme.unit == PERSON else [home]
            for row in rows:
                steering.named(programme.name, (programme.unit, row), family, wanted=wanted)
            self.fill(family, poorly=not first and chance.random() < POORLY)
            if chance.random() < self.derived:
                self.forget(family)
            found.append(family)
        return found

    def region(self, programme: str) -> str | None:
        """A place with rules of its own most often; some that the pack does not know, or none.

        A programme that is one place's alone is asked about there.
        """
        versions = [v for v in self.pack.classes[programme] if in_force(v, self.on)]
        if not all(version.applies_in for version in versions):
            versions = [v for each in self.pack.classes.values() for v in each]
        own = sorted({version.applies_in for version in versions if version.applies_in})
        codes = sorted(self.pack.regions.by_code)
        own = [code for code in codes if any(self.pack.regions.within(code, o) for o in own)]
        known = self.chance.choice(own or codes), self.chance.choice(codes)
        village = f"{known[0]}999"
        return self.chance.choices((*known, village, None), (12, 5, 2, 1))[0]

    def fill(self, family: Family, *, poorly: bool) -> None:
        """Facts on which nothing was settled; then some are lost."""
        lost = LOST[poorly]
        places = [(HOUSEHOLD, family.household), *((PERSON, row) for row in family.members)]
        for place in places:
            for name, leaf in self.leaves.items():
                if leaf.item.unit_of == place[0]:
                    value = leaf.any_value(self.chance)
                    family.facts.setdefault((place, name), value)
        for key in sorted(family.facts, key=str):
            if self.chance.random() < lost:
                family.facts[key] = None

    def forget(self, family: Family) -> None:
        """Leave every indicator of a family to its formula."""
        for place, name in family.facts:
            if name in self.leaves and isinstance(self.leaves[name].item, Indicator):
                family.facts[place, name] = None

    def stated(self, unit: str, families: Sequence[Family]) -> dict[str, pl.Series]:
        """The columns of what families state."""
        height = self.height(unit, families)
        rows: dict[str, list[Any]] = {
            name: [None] * height for name, leaf in self.leaves.items() if leaf.item.unit_of == unit
        }
        for family in families:
            for ((of, row), name), value in family.facts.items():
                if of == unit and name in rows:
                    rows[name][row] = value
        return {name: column(self.leaves[name].item, values) for name, values in rows.items()}

    def height(self, unit: str, families: Sequence[Family]) -> int:
        return len(families) if unit == HOUSEHOLD else sum(len(f.members) for f in families)

    def frames(self, families: Sequence[Family]) -> Frames:
        """Every item and record, the rolls, and which lists are whole."""
        chance = self.chance
        home = np.array(
            [
                -1 if chance.random() < OF_NO_HOME else family.household
                for family in families
                for _ in family.members
            ],
            dtype=np.int64,
        )
        regions = [family.region for family in families]
        closed = [
            family.facts.get(
                ((HOUSEHOLD, family.household), "roster_closed"), chance.random() < WHOLE or None
            )
            for family in families
        ]
        rows = {
            HOUSEHOLD: self.table(HOUSEHOLD, len(families)).with_columns(
                region=pl.Series(regions, dtype=pl.String),
                handled_by=pl.Series(regions, dtype=pl.String),
                roster_closed=pl.Series(closed, dtype=pl.Boolean),
            ),
            PERSON: self.table(PERSON, len(home)).with_columns(
                region=pl.Series([regions[at] if at >= 0 else None for at in home], dtype=pl.String)
            ),
        }
        rows = {unit: self.received(unit, table, families) for unit, table in rows.items()}
        roles = {"has_member": Role(HOUSEHOLD, PERSON, home, "roster_closed")}
        for kind in sorted(used_kinds(self.pack)):
            owner = self.pack.kinds[kind].owner
            numbers = (0, 1) if self.pack.kinds[kind].single else (0, 0, 1, 2)
            owners = self.owners(rows[owner].height, numbers)
            rows[kind] = self.table(kind, len(owners))
            roles[f"has_{kind}"] = Role(owner, kind, owners, f"{kind}_complete")
        owners = self.owners(len(home))
        lost = [chance.random() < NOT_ON_FILE for _ in owners]
        leads = [-1 if each else chance.randrange(len(home)) for each in lost]
        kinds = [chance.choice(KIN_KINDS) for _ in owners]
        rows[KIN] = pl.DataFrame({"kind": kinds}, schema={"kind": pl.String})
        roles[KIN] = Role(PERSON, KIN, owners, "kin_closed")
        roles[KIN_PERSON] = Role(PERSON, KIN, np.array(leads, dtype=np.int64))
        return Frames(rows, roles)

    def received(self, unit: str, table: pl.DataFrame, families: Sequence[Family]) -> pl.DataFrame:
        """The table with what was settled of programmes received before."""
        settled = {
            (name, row): value
            for family in families
            for ((of, row), name), value in family.facts.items()
            if of == unit and name.startswith("received_")
        }
        for name in sorted({name for name, _ in settled}):
            values = [settled.get((name, row), value) for row, value in enumerate(table[name])]
            table = table.with_columns(pl.Series(name, values, dtype=pl.Boolean))
        return table

    def owners(
        self, height: int, numbers: Sequence[int] = (0, 0, 1, 2)
    ) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The owner of each record: none to two of every owner."""
        found = [at for at in range(height) for _ in range(self.chance.choice(numbers))]
        return np.array(found, dtype=np.int64)

    def table(self, unit: str, height: int) -> pl.DataFrame:
        """The items of a unit or kind; of units also the rolls and what is complete."""
        items = [i for _, i in sorted(self.pack.vocabulary.items.items()) if i.unit_of == unit]
        columns = {i.name: self.items(i, height) for i in items}
        ids = pl.Series([f"{unit[0]}{row:06}" for row in range(height)], dtype=pl.String)
        flags = []
        if unit in UNITS:
            flags = [f"{kind}_complete" for kind in sorted(self.pack.kinds)] + ["kin_closed"]
            flags += [f"enrolled_{name}" for name in sorted(self.pack.programmes)]
            flags += [f"received_{name}" for name in sorted(self.pack.programmes)]
        made = {
            n: pl.Series([self.maybe() for _ in range(height)], dtype=pl.Boolean) for n in flags
        }
        return pl.DataFrame({"id": ids, **columns, **made})

    def items(self, item: Item, height: int) -> pl.Series:
        """Values of an item, as many not known as are to be."""
        values = [
            None if self.chance.random() < self.unknown else self.value(item) for _ in range(height)
        ]
        return pl.Series(values, dtype=DTYPES[item.datatype])

    def value(self, item: Item) -> Any:  # noqa: ANN401 - facts are of any type
        leaf = self.leaves.get(item.name)
        if leaf is not None and leaf.limits:
            return int(leaf.any_value(self.chance) * item.scale)
        match item.datatype:
            case "boolean":
                return self.chance.random() < 1 / 2
            case "date":
                old = item.name == "birth_date" or self.chance.random() > NEARBY
                near = "month" in item.name or not old
                days = 200 if near else 38_000
                return self.day(self.chance.randrange(-30, days))
            case "decimal" | "integer":
                greatest = WIDE if item.greatest is None else min(item.greatest, WIDE)
                least = int((item.least or 0) * item.scale)
                return self.chance.randrange(least, int(greatest * item.scale) + 1)
            case "region":
                return self.chance.choice(sorted(self.pack.regions.by_code))
            case _:
                return self.chance.choice(item.values or ("a", "b"))

    def day(self, before: int) -> date:
        """A day so long ago, or an anniversary or first of a month near it, give or take a day."""
        day = self.on - timedelta(days=before)
        near = (day, day.replace(month=self.on.month, day=self.on.day), day.replace(day=1))
        return self.chance.choice(near) + timedelta(days=self.chance.choice((-1, 0, 1)))

    def members(self, frames: Frames) -> pl.DataFrame:
        """Who lives where as the graph is told: since and until when, some to the very day.

        Who has moved away, or is yet to come, is told too and does not count.
        """
        owner, ids = frames.roles["has_member"].owner.tolist(), frames.rows[HOUSEHOLD]["id"]
        days = [self.on + timedelta(days=n) for n in (-400, -1, 0, 1, 300)]
        rows = []
        for person, home in zip(frames.rows[PERSON]["id"], owner, strict=True):
            if home >= 0:
                since, until = [None, *days[:3]], [None, *days[3:]]
                rows.append((ids[home], person, since, until))
            if self.chance.random() < MOVED:
                past = [days[0]], days[1:3]
                gone = past if self.chance.random() < 1 / 2 else (days[3:], [None])
                rows.append((ids[self.chance.randrange(len(ids))], person, *gone))
        pick = self.chance.choice
        told = [(home, person, pick(since), pick(until)) for home, person, since, until in rows]
        names = {"household": pl.String, "person": pl.String, "since": pl.Date, "until": pl.Date}
        made = pl.DataFrame(told, schema=names, orient="row")
        return made.with_columns(relation=pl.lit("other"), origin=pl.lit("register|1"))

    def maybe(self) -> bool | None:
        """Yes more often than no, and sometimes not known."""
        return self.chance.choice((True, False, None, None))


def column(item: Item, values: list[Any]) -> pl.Series:
    """A stated column: integers as they are held, a ratio as decimals in text."""
    if item.datatype not in NUMBERS:
        return pl.Series(values, dtype=DTYPES[item.datatype])
    if isinstance(item, Indicator) and item.is_ratio:
        return pl.Series([None if v is None else str(v) for v in values], dtype=pl.String)
    whole = [None if v is None else int(Decimal(v) * item.scale) for v in values]
    return pl.Series(whole, dtype=pl.Int64)


def drawn(  # noqa: PLR0913 - what to draw, and how hard
    pack: Pack,
    on: date,
    households: int,
    seed: int,
    *,
    unknown: float = UNKNOWN,
    derived: float = 0,
) -> Drawn:
    """A population of so many households."""
    chance = Random(seed)  # noqa: S311 - no secret
    return Draw(pack, on, households, chance, unknown, derived).drawn()
