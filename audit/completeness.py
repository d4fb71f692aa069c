"""What was checked at all: which departments' files are whole, for which regions, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from ontology.regions import Regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

TOWNSHIP: Final = "township"
PROGRAMME: Final = "programme"
NEVER: Final = (date.max, date.min)


@dataclass(frozen=True, slots=True)
class Whole:
    """A department's word that its file is whole: no row there and then means no such fact."""

    source: str
    kind: str
    department: str
    region: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Sender:
    """A source of the pack and the programmes that its rows can name; None: any."""

    source: str
    kind: str
    department: str
    programmes: frozenset[str] | None = None

    def names(self, programme: str | None) -> bool:
        """Whether a row of it could be about this programme."""
        return self.programmes is None or programme in self.programmes


@dataclass(frozen=True, slots=True)
class Absence:
    """What is said not to be there: of a programme, for a unit in a region, from a day to another.

    `departments` run the programme; `unit` is the id of whom it is about.
    """

    programme: str | None
    departments: frozenset[str]
    region: str | None
    since: date
    until: date
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was loaded and what of it is whole: asked before an absence is asserted.

    `senders` are the sources of the pack, loaded or not; `open` names by source the persons and
    households whom a refused row of it may be about, each with the first and last day of it.
    """

    loaded: frozenset[str]
    whole: tuple[Whole, ...] = ()
    regions: Regions = field(default_factory=lambda: Regions({}))
    senders: tuple[Sender, ...] = ()
    open: Mapping[str, Mapping[str, tuple[date, date]]] = field(default_factory=dict)

    def lacking(self, needs: Iterable[str]) -> list[str]:
        """The record kinds that were needed and never loaded, in the order they were named.

        Of several that serve as well (`death|cremation`) one suffices; lacking, it is the first.
        """
        several = [kinds.split("|") for kinds in needs]
        return [kinds[0] for kinds in several if self.loaded.isdisjoint(kinds)]

    def covers(self, kinds: Iterable[str], absence: Absence) -> bool:
        """Whether for every one of these kinds the programme's own source is whole there and then.

        A source counts only where it can name the programme. Where an office that runs it sends
        such a source, that one must be whole and nobody else's will do, loaded or not; a kind that
        only others send (applications at one counter, say) is whole when one of theirs is.
        """
        return absence.region is not None and all(self._one(kind, absence) for kind in kinds)

    def _one(self, kind: str, absence: Absence) -> bool:
        naming = [s for s in self.senders if s.kind == kind and s.names(absence.programme)]
        own = [s for s in naming if s.department in absence.departments]
        return any(self._whole(sender, absence) for sender in own or naming)

    def _whole(self, sender: Sender, absence: Absence) -> bool:
        """Whether the source's words, one after the other, speak for every day of the absence."""
        region = absence.region or ""
        words = [
            word
            for word in self.whole
            if (word.source, word.kind) == (sender.source, sender.kind)
            and self.within(region, word.region)
        ]
        return not self._open(sender.source, absence) and spanned(words, absence)

    def _open(self, source: str, absence: Absence) -> bool:
        """Whether a refused row of the source may be about the unit at that time."""
        first, last = self.open.get(source, {}).get(absence.unit or "", NEVER)
        return first <= absence.until and last >= absence.since

    def within(self, region: str, ancestor: str) -> bool:
        """Whether the first place is the second or lies in it."""
        return region.startswith(ancestor) or self.regions.within(region, ancestor)

    def township(self, region: str | None) -> str | None:
        """The township that a place lies in; the place itself where the table knows none."""
        upward = self.regions.upward(region)
        known = (code for code in upward if self.regions.by_code[code].level == TOWNSHIP)
        return next(known, region)


def spanned(words: Iterable[Whole], absence: Absence) -> bool:
    """Whether these words together leave no day of the absence out."""
    day = absence.since
    for word in sorted(words, key=lambda word: word.since or date.min):
        if word.since is not None and word.since > day:
            return False
        if word.until is None or word.until >= absence.until:
            return True
        day = max(day, word.until + timedelta(days=1))
    return False


class ColumnLike(Protocol):
    """What is read of a source's column."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class SourceLike(Protocol):
    """What is read of a pack's source."""

    @property
    def kind(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def columns(self) -> Sequence[ColumnLike]: ...


def checked(
    complete: pl.DataFrame,
    *,
    loaded: Iterable[str] = (),
    sources: Mapping[str, SourceLike] | None = None,
    regions: Regions | None = None,
    gaps: pl.DataFrame | None = None,
) -> Checked:
    """The lake's completeness rows (source, kind, region, from, until) as one thing to ask.

    Kinds that are whole are loaded; `loaded` names those that are there without being whole.
    `gaps` (source, unit, from, until) are the units whom a refused row may be about.
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
    return Checked(
        frozenset(kinds),
        whole,
        regions or Regions({}),
        tuple(sender(name, source) for name, source in (sources or {}).items()),
        _open(gaps),
    )


def sender(name: str, source: SourceLike) -> Sender:
    """What a source of a pack can name: the values of its programme column, any where it has none.

    One without such a column names no programme at all.
    """
    columns = [column for column in source.columns if column.name == PROGRAMME]
    named: frozenset[str] | None = frozenset()
    for column in columns:
        named = frozenset(filter(None, column.values.values())) if column.values else None
    return Sender(name, snake(source.kind), source.department, named)


def _open(gaps: pl.DataFrame | None) -> dict[str, dict[str, tuple[date, date]]]:
    found: dict[str, dict[str, tuple[date, date]]] = {}
    columns = ("source", "unit", "from", "until")
    for source, unit, since, until in () if gaps is None else gaps.select(columns).iter_rows():
        first, last = since or date.min, until or date.max
        at = found.setdefault(source, {})
        held = at.get(unit, (first, last))
        at[unit] = min(held[0], first), max(held[1], last)
    return found


def _department(source: str, sources: Mapping[str, SourceLike] | None) -> str:
    known = (sources or {}).get(source)
    return known.department if known else ""


def snake(kind: str) -> str:
    """A record kind's name in snake_case: `FinancialAsset` is `financial_asset`."""
    return "".join(
        f"_{letter.lower()}" if letter.isupper() and at else letter.lower()
        for at, letter in enumerate(kind)
    )
