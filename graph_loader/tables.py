"""The lake's own tables and their columns; beside them stands `rows_<source>` for each source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT: Final = pl.String()
NUMBER: Final = pl.Int64()
DAY: Final = pl.Date()

FILES: Final = {
    "sha": TEXT, "name": TEXT, "source": TEXT, "sheet": TEXT, "load": NUMBER, "read": NUMBER,
    "accepted": NUMBER, "refused": NUMBER, "repeated": NUMBER, "notes": TEXT, "source_digest": TEXT,
}  # fmt: skip
REJECTS: Final = {
    "load": NUMBER, "source": TEXT, "file": TEXT, "sheet": TEXT, "row": NUMBER, "column": TEXT,
    "value": TEXT, "reason": TEXT, "accepts": TEXT, "accepts_zh": TEXT, "person_number": TEXT,
    "person_name": TEXT, "household_number": TEXT, "key": TEXT,
}  # fmt: skip
COMPLETENESS: Final = {
    "source": TEXT, "kind": TEXT, "region": TEXT, "from": DAY, "until": DAY, "load": NUMBER,
}  # fmt: skip
PEOPLE: Final = {
    "person": TEXT, "id_number": TEXT, "name": TEXT, "first_source": TEXT, "first_key": TEXT,
    "minted": TEXT,
}  # fmt: skip
"""`minted`: the id that the number was given first; `person` the oldest that was joined to it."""
HOUSEHOLDS: Final = {"household": TEXT, "number": TEXT, "first_source": TEXT, "first_key": TEXT}
SOURCE_GAPS: Final = {"source": TEXT, "person": TEXT, "from": DAY, "until": DAY}
LINKS: Final = {
    "version": NUMBER, "source": TEXT, "key": TEXT, "person": TEXT, "how": TEXT, "why": TEXT,
    "probability": NUMBER, "weight": NUMBER, "waterfall": TEXT, "candidates": TEXT,
}  # fmt: skip
"""`probability` in millionths, `weight` in milli-bits, `waterfall` and `candidates` as JSON."""
VERDICTS: Final = {
    "verdict": NUMBER, "kind": TEXT, "person": TEXT, "other": TEXT, "source": TEXT, "key": TEXT,
    "who": TEXT, "why": TEXT, "made": TEXT,
}  # fmt: skip
"""What people judged: `join`, `split`, `is`, and `undo` of the verdict that `other` numbers."""
ALIASES: Final = {"alias": TEXT, "person": TEXT, "verdict": NUMBER}

SCHEMAS: Final[Mapping[str, Mapping[str, pl.DataType]]] = {
    "files": FILES,
    "rejects": REJECTS,
    "completeness": COMPLETENESS,
    "people": PEOPLE,
    "households": HOUSEHOLDS,
    "source_gaps": SOURCE_GAPS,
    "links": LINKS,
    "verdicts": VERDICTS,
    "aliases": ALIASES,
}


def empty(table: str) -> pl.DataFrame:
    """A table before anything is in it; without columns where its source gives them."""
    return pl.DataFrame(schema=dict(SCHEMAS.get(table, {})))


def shaped(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with exactly a table's columns."""
    return frame.select(pl.col(name).cast(of) for name, of in SCHEMAS[table].items())
