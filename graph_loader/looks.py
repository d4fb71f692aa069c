"""What a file is, by its first bytes, where its name says something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graph_loader.content import first, last

if TYPE_CHECKING:
    from graph_loader.content import Content

OLD: Final = "it is an old workbook, or one with a password: save it as .xlsx without one"
LOOKS: Final = (
    (b"PK\x03\x04", (".xlsx",), "it is a workbook or an archive: name it .xlsx or .zip"),
    (b"PAR1", (".parquet",), "it is a parquet file: name it .parquet"),
    (b"\xd0\xcf\x11\xe0", (), OLD),
    (b"%PDF", (), "it is a PDF; ask for the table as .xlsx or .csv"),
    (b"\x89PNG", (), "it is a picture; ask for the table as .xlsx or .csv"),
    (b"\xff\xd8\xff", (), "it is a picture; ask for the table as .xlsx or .csv"),
    (b"\x1f\x8b", (), "it is packed: unpack it first"),
    (b"Rar!", (), "it is packed: unpack it first"),
    (b"7z\xbc\xaf", (), "it is packed: unpack it first"),
)  # fmt: skip
"""First bytes, the endings that go with them, and what else to do."""
MARKUP: Final = (b"<html", b"<!doctype html", b"<table", b"<?xml")
WEB: Final = "it is a web page, not a table: open it and save it as .xlsx or .csv"
NOTHING: Final = "it is empty: nothing was written into it, or it was cut off on the way"
CUT: Final = "it is no workbook, or only the beginning of one: hand it in again"
TEXT: Final = "it is text: name it .csv"
UNMARKED: Final = "it is text in UTF-16 without its mark: save it as .xlsx, or as CSV in UTF-8"
BINARY: Final = (".xlsx", ".parquet")
PEEK: Final = 4096
END: Final = b"PK\x05\x06"
TAIL: Final = 1 << 17
"""How far from its end the last record of an archive can begin."""


def looks_like(content: Content, kind: str) -> str:
    """What the file is instead of what its name says, and the way out; nothing where it fits."""
    start = first(content, PEEK)
    if not start.strip(b"\0"):
        return "" if kind not in BINARY and not start else NOTHING
    for sign, kinds, says in LOOKS:
        if start.startswith(sign) and kind not in kinds:
            return says
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if bare.startswith(MARKUP):
        return WEB
    if kind not in BINARY:
        return UNMARKED if _unmarked(start) else ""
    if kind == ".xlsx" and END not in last(content, TAIL):
        return TEXT if _text(start) else CUT
    return TEXT if kind == ".parquet" and _text(start) else ""


def _text(start: bytes) -> bool:
    """Whether it can be read as lines of text."""
    for encoding in ("utf-8", "gb18030"):
        try:
            said = start[:-4].decode(encoding) if len(start) == PEEK else start.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(sign.isprintable() or sign.isspace() for sign in said)
    return False


def _unmarked(start: bytes) -> bool:
    """Whether every comma comes with a zero byte, as in UTF-16."""
    marked = start.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    zeros = max(start.count(b",\0"), start.count(b"\0,"))
    return not marked and zeros == start.count(b",") > 0
