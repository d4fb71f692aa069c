"""Places as a tree: which region lies in which, and the way upward from one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ontology.errors import Fault
from ontology.files import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

COLUMNS: Final = ("code", "parent", "level", "zh", "en")
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
    found: dict[str, Region] = {}
    lines: dict[str, int] = {}
    rows, faults = rows_of(path, COLUMNS)
    for line, row in rows:
        code = row["code"]
        if code in found:
            says = f"region `{code}` stands twice, first in line {lines[code]}"
            faults.append(Fault(str(path), line, says))
            continue
        if row["level"] not in LEVELS:
            says = f"level `{row['level']}` is none of {', '.join(LEVELS)}"
            faults.append(Fault(str(path), line, says))
        lines[code] = line
        found[code] = Region(code, row["parent"], row["level"], {"zh": row["zh"], "en": row["en"]})
    lost = {code: says for code in found if (says := _lost(found, code))}
    faults += [Fault(str(path), lines[code], says) for code, says in lost.items()]
    kept = {code: replace(r, parent="") if code in lost else r for code, r in found.items()}
    return Regions(kept), faults


def _lost(found: Mapping[str, Region], code: str) -> str:
    """Why the way upward from a place leads nowhere; nothing where it does."""
    parent = found[code].parent
    if parent and parent not in found:
        return f"parent `{parent}` of region `{code}` is not in the table"
    return f"region `{code}` lies in itself" if _circular(found, code) else ""


def _circular(found: Mapping[str, Region], code: str) -> bool:
    seen: set[str] = set()
    while code in found and code not in seen:
        seen.add(code)
        code = found[code].parent
    return code in seen
