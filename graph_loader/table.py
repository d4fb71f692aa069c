"""Which source a sheet belongs to, and where its header stands."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from graph_loader.characters import clean_header
from graph_loader.read import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graph_loader.read import Grid
    from ontology.sources import Source


@dataclass(frozen=True, slots=True)
class Match:
    """A sheet that a source describes: its header row (from 0), and the column of each header."""

    source: Source
    grid: Grid
    header: int
    places: Mapping[str, int]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A sheet that no source describes: why, and the source that comes nearest."""

    says: str
    nearest: str | None = None


NOTHING: Final = "It holds no table."
LIKE: Final = 0.6
"""How much of a file's name must be that of a source's files, to name that source."""


def describe(name: str, grid: Grid, sources: Iterable[Source]) -> Match | Misfit:
    """The one source whose name pattern and headers fit a sheet."""
    known = list(sources)
    head = [[clean_header(cell) for cell in row] for row in grid.head]
    found = [match for source in known if (match := _match(source, grid, head))]
    named = [match for match in found if fits(name, match.source)]
    if not named:
        return _misfit(name, head, known, found)
    best = max(len(match.source.headers) for match in named)
    named = [match for match in named if len(match.source.headers) == best]
    if len(named) > 1:
        both = " and ".join(f"`{match.source.id}`" for match in named)
        return Misfit(f"{both} describe it: make `files` of one of them narrower.")
    if grid.encoding and grid.encoding not in _encodings(named[0].source):
        return _wrong_encoding(grid.encoding, named[0].source)
    return named[0]


def fits(name: str, source: Source) -> bool:
    """Whether a file is named as the source's files are."""
    base = same_name(name.rsplit("/", 1)[-1])
    return any(fnmatchcase(base, same_name(pattern)) for pattern in source.files)


def named_like(name: str, sources: Iterable[Source]) -> Source | None:
    """The source whose files are named most like a file; None where none comes near."""
    base = _stem(name.rsplit("/", 1)[-1])
    scored = [
        (1.0 if fits(name, source) else SequenceMatcher(None, base, pattern).ratio(), source)
        for source in sources
        for pattern in map(_stem, source.files)
    ]
    share, source = max(scored, key=lambda one: one[0], default=(0.0, None))
    return source if share >= LIKE else None


def _stem(name: str) -> str:
    """A name or a pattern without its ending and its wildcards."""
    return same_name(name).rsplit(".", 1)[0].replace("*", "")


def _match(source: Source, grid: Grid, head: Sequence[Sequence[str]]) -> Match | None:
    needed = [clean_header(header) for header in source.headers]
    for at, row in enumerate(head):
        if all(row.count(header) == 1 for header in needed):
            places = {header: row.index(header) for header in _all_headers(source) if header in row}
            return Match(source, grid, at, places, tuple(row))
    return None


def _all_headers(source: Source) -> list[str]:
    headers = [*source.headers, *(column.header for column in source.columns)]
    return [clean_header(header) for header in headers]


def _encodings(source: Source) -> set[str]:
    same = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "gbk": "gb18030", "gb2312": "gb18030"}
    return {same.get(encoding, encoding) for encoding in source.encodings}


def _wrong_encoding(encoding: str, source: Source) -> Misfit:
    says = f"It is written in {encoding}; `{source.id}` takes {', '.join(source.encodings)}."
    return Misfit(says, source.id)


def _misfit(
    name: str, head: Sequence[Sequence[str]], sources: Sequence[Source], found: Sequence[Match]
) -> Misfit:
    """What is missing for the source that comes nearest."""
    if found:
        source = found[0].source
        says = f"Its columns are those of `{source.id}`, whose files are named"
        return Misfit(f"{says} {' or '.join(source.files)}.", source.id)
    if not any(any(row) for row in head):
        return Misfit(NOTHING)
    scored = [(fits(name, source), *_overlap(source, head), source) for source in sources]
    if not scored:
        return Misfit("The pack has no source.")
    named, share, missing, twice, source = max(scored, key=lambda one: (one[0], one[1]))
    if not named and not share:
        near = named_like(name, sources)
        if near is None:
            says = f"No source describes it. The pack knows: {', '.join(s.id for s in sources)}."
            return Misfit(says)
        lacking = _overlap(near, head)[1]
        says = f"No source describes it. Nearest: `{near.id}`; missing columns:"
        return Misfit(f"{says} {', '.join(lacking)}.", near.id)
    lacks = [f"missing columns: {', '.join(missing)}"] if missing else []
    lacks += [f"columns that stand twice: {', '.join(twice)}"] if twice else []
    lacks += [] if named else [f"its files are named {' or '.join(source.files)}"]
    return Misfit(f"No source describes it. Nearest: `{source.id}`; {'; '.join(lacks)}.", source.id)


def _overlap(source: Source, head: Sequence[Sequence[str]]) -> tuple[float, list[str], list[str]]:
    """The best share of a source's headers in one row, those it lacks and those it has twice."""
    needed = {clean_header(header): header for header in source.headers}
    rows = head or [[]]
    row = max(rows, key=lambda cells: sum(header in cells for header in needed))
    missing = [shown for header, shown in needed.items() if header not in row]
    twice = [shown for header, shown in needed.items() if row.count(header) > 1]
    return 1 - len(missing) / max(len(needed), 1), missing, twice
