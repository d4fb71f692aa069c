"""What was checked at all: which departments' files are whole, for which regions, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ontology.regions import Regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import polars as pl

TOWNSHIP = "township"


@dataclass(frozen=True, slots=True)
class Whole:
    """A department's word that its file is whole: no row there and then means no such fact."""

    source: str
    kind: str
    department: str
    region: str
    since: date | None
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether it still speaks for this day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was loaded and what of it is whole: asked before an absence is asserted."""

    loaded: frozenset[str]
    whole: tuple[Whole, ...] = ()
    regions: Regions = field(default_factory=lambda: Regions({}))

    def lacking(self, needs: Iterable[str]) -> list[str]:
        """The record kinds that were needed and never loaded, in the order they were named."""
        return [kind for kind in needs if kind not in self.loaded]

    def covers(
        self, kinds: Iterable[str], departments: Iterable[str], region: str | None, on: date
    ) -> bool:
        """Whether every one of these kinds is whole for the region on that day.

        Where one of the departments sends the kind itself, its own file must be whole; a kind that
        only others send (applications, say) is whole when one of their files is.
        """
        own = set(departments)
        return region is not None and all(self._one(kind, own, region, on) for kind in kinds)

    def _one(self, kind: str, departments: set[str], region: str, on: date) -> bool:
        of_kind = [word for word in self.whole if word.kind == kind]
        theirs = [word for word in of_kind if word.department in departments]
        return any(
            word.holds(on) and self.within(region, word.region) for word in theirs or of_kind
        )

    def within(self, region: str, ancestor: str) -> bool:
        """Whether the first place is the second or lies in it."""
        return region.startswith(ancestor) or self.regions.within(region, ancestor)

    def township(self, region: str | None) -> str | None:
        """The township that a place lies in; the place itself where the table knows none."""
        upward = self.regions.upward(region)
        known = (code for code in upward if self.regions.by_code[code].level == TOWNSHIP)
        return next(known, region)


class SourceLike(Protocol):
    """What is read of a pack's source."""

    @property
    def department(self) -> str: ...


def checked(
    complete: pl.DataFrame,
    *,
    loaded: Iterable[str] = (),
    sources: Mapping[str, SourceLike] | None = None,
    regions: Regions | None = None,
) -> Checked:
    """The lake's completeness rows (source, kind, region, from, until) as one thing to ask.

    Kinds that are whole are loaded; `loaded` names those that are there without being whole.
    """
    whole = tuple(
        Whole(
            source=row["source"],
            kind=snake(row["kind"]),
            department=_department(row["source"], sources),
            region=row["region"],
            since=row["from"],
            until=row["until"],
        )
        for row in complete.iter_rows(named=True)
    )
    kinds = {word.kind for word in whole} | {snake(kind) for kind in loaded}
    return Checked(frozenset(kinds), whole, regions or Regions({}))


def _department(source: str, sources: Mapping[str, SourceLike] | None) -> str:
    known = (sources or {}).get(source)
    return known.department if known else ""


def snake(kind: str) -> str:
    """A record kind's name in snake_case: `FinancialAsset` is `financial_asset`."""
    return "".join(
        f"_{letter.lower()}" if letter.isupper() and at else letter.lower()
        for at, letter in enumerate(kind)
    )
