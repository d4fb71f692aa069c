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
    from collections.abc import Sequence
    from datetime import date

    from ontology.pack import Pack
    from ontology.vocabulary import Item

WIDE: Final = Decimal(10_000)
UNITS: Final = (HOUSEHOLD, PERSON)
KIN_KINDS: Final = ("spouse", "parent", "child", "grandparent", "grandchild", "sibling")
POORLY: Final = 2 / 3
"""So many families have handed in little, the others nearly everything; see `families`."""
LOST: Final = {True: 0.7, False: 0.03}
STEERED: Final = 0.9
WHOLE: Final = 0.6
OF_NO_HOME: Final = 0.03
UNKNOWN: Final = 0.85
"""So many of the items behind indicators."""


@dataclass
class Drawn:
    """A drawn population, evaluated; and how it was drawn."""

    pack: Pack
    on: date
    frames: Frames
    members: pl.DataFrame
    leaves: dict[str, Leaf]


@dataclass
class Draw:
    """One drawing: the same seed gives the same population."""

    pack: Pack
    on: date
    households: int
    chance: Random
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def drawn(self) -> Drawn:
        self.leaves = dict(sorted(leaves(self.pack, self.on).items()))
        families = self.families()
        stated = {unit: self.stated(unit, families) for unit in UNITS}
        frames = self.frames(families)
        found = evaluate(self.pack, frames, self.on, stated=stated)
        return Drawn(self.pack, self.on, found, members(found), self.leaves)

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
            owners = self.owners(rows[owner].height)
            rows[kind] = self.table(kind, len(owners))
            roles[f"has_{kind}"] = Role(owner, kind, owners, f"{kind}_complete")
        owners = self.owners(len(home))
        leads = [chance.randrange(-1, len(home)) for _ in owners]
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

    def owners(self, height: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The owner of each record: none to two of every owner."""
        found = [at for at in range(height) for _ in range(self.chance.choice((0, 0, 1, 2)))]
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
        """Values of an item; of every five, one is not known."""
        values = [
            None if self.chance.random() < UNKNOWN else self.value(item) for _ in range(height)
        ]
        return pl.Series(values, dtype=DTYPES[item.datatype])

    def value(self, item: Item) -> Any:  # noqa: ANN401 - facts are of any type
        match item.datatype:
            case "boolean":
                return self.chance.random() < 1 / 2
            case "date":
                days = 400 if "month" in item.name else 33_000
                return self.on - timedelta(days=self.chance.randrange(-30, days))
            case "decimal" | "integer":
                greatest = WIDE if item.greatest is None else min(item.greatest, WIDE)
                return self.chance.randrange(int(greatest * item.scale) + 1)
            case "region":
                return self.chance.choice(sorted(self.pack.regions.by_code))
            case _:
                return self.chance.choice(item.values or ("a", "b"))

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


def members(frames: Frames) -> pl.DataFrame:
    """Who lives where, as the graph is told."""
    owner = pl.Series(frames.roles["has_member"].owner, dtype=pl.Int64)
    none = pl.lit(None, dtype=pl.Date)
    pairs = pl.DataFrame(
        {
            "household": frames.rows[HOUSEHOLD]["id"].gather(owner.set(owner < 0, None)),
            "person": frames.rows[PERSON]["id"],
        }
    )
    return pairs.drop_nulls().with_columns(
        since=none, until=none, relation=pl.lit("other"), origin=pl.lit("register|1")
    )


def drawn(pack: Pack, on: date, households: int, seed: int) -> Drawn:
    """A population of so many households."""
    return Draw(pack, on, households, Random(seed)).drawn()  # noqa: S311 - no secret
