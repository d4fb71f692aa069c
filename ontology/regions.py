"""Places as a tree: which region lies in which, and the way upward from one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LEVELS: Final = ("country", "province", "city", "county", "township", "village")


@dataclass(frozen=True, slots=True)
class Region:
    """One place: its code, the place it lies in, its level and its names."""

    code: str
    parent: str
    level: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Regions:
    """Every place that a pack knows."""

    by_code: Mapping[str, Region]

    def upward(self, code: str | None) -> Iterator[str]:
        """The place itself, then the places around it, nearest first.

        A code that the table lacks (a village, say) starts at the longest known prefix.
        """
        at = self.nearest(code)
        while at:
            yield at
            at = self.by_code[at].parent

    def nearest(self, code: str | None) -> str:
        """The code itself if known, else its longest known prefix, else nothing."""
        if code is None:
            return ""
        return next(
            (code[:n] for n in range(len(code), 0, -1) if code[:n] in self.by_code), self.root
        )

    @property
    def root(self) -> str:
        """The place that lies in no other; nothing where the table is empty."""
        return next((r.code for r in self.by_code.values() if not r.parent), "")

    def within(self, code: str | None, ancestor: str, level: str | None = None) -> bool:
        """Whether the first place is the second or lies in it.

        With a level: whether it lies in the place of that level around the second.
        """
        if level is None:
            return ancestor in self.upward(code)
        around = (place for place in self.upward(ancestor) if self.by_code[place].level == level)
        return next(around, "") in self.upward(code)

    def depth(self, code: str) -> int:
        """How many places lie around this one, itself included; 0 for none."""
        return sum(1 for _ in self.upward(code)) if code else 0


def read_regions(path: Path) -> tuple[Regions, list[Fault]]:
    """The tree of places in a `regions.csv`, and what is wrong with it.

    Columns: code, parent (empty for the root), level, zh, en.
    """
    faults: list[Fault] = []
    found: dict[str, Region] = {}
    if not path.exists():
        return Regions({}), faults
    lines: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            code = row["code"]
            if code in found:
                says = f"region `{code}` stands twice, first in line {lines[code]}"
                faults.append(Fault(str(path), line, says))
                continue
            if row["level"] not in LEVELS:
                faults.append(Fault(str(path), line, f"level `{row['level']}` is none of {LEVELS}"))
            lines[code] = line
            found[code] = Region(
                code, row["parent"], row["level"], {"zh": row["zh"], "en": row["en"]}
            )
    faults += [
        Fault(
            str(path),
            lines[r.code],
            f"parent `{r.parent}` of region `{r.code}` is not in the table",
        )
        for r in found.values()
        if r.parent and r.parent not in found
    ]
    faults += [
        Fault(str(path), lines[code], f"region `{code}` lies in itself")
        for code in found
        if _circular(found, code)
    ]
    return Regions({} if faults else found), faults


def _circular(found: Mapping[str, Region], code: str) -> bool:
    seen: set[str] = set()
    while code in found and code not in seen:
        seen.add(code)
        code = found[code].parent
    return code in seen
