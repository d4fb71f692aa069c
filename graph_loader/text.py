"""Files as text: which encoding they are in, and their lines in UTF-8, so many at a time."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from graph_loader.content import first, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.content import Content

HEAD: Final = 40
"""Rows in which a header is looked for."""
PEEK: Final = 1 << 16
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TRIED: Final = ("utf-8", "gb18030")
LOST: Final = "�"
DAMAGE: Final = 0.01
"""The share of damaged lines above which a file is in no encoding that we know."""
ENDINGS: Final = b"\r\n\x1a"
BLANK: Final = (b"\n\n", b"\r\n\r\n", b"\x1a")
"""Ends of a text below which there is nothing: empty lines, and the mark of old systems."""
NEWLINE: Final = ord("\n")


@dataclass(frozen=True, slots=True)
class _Way:
    """How bytes are read: by which codec, what happens to damage, how many are left out first."""

    content: Content
    codec: str
    errors: str = "strict"
    after: int = 0

    def decoded(self) -> Iterator[bytes]:
        """The text in UTF-8.

        Raises:
            UnicodeDecodeError: where it is damaged, and that is not mended.
        """
        plain = (self.codec, self.errors) == ("utf-8", "strict")
        decoder = codecs.getincrementaldecoder(self.codec)(self.errors)
        for piece in pieces(self.content, self.after):
            text = decoder.decode(piece)
            yield piece if plain else text.encode()
        yield decoder.decode(b"", final=True).encode()


@dataclass(frozen=True, slots=True)
class Text:
    """A text with plain line ends, in memory where its file is small.

    `size`: the bytes that count; `ended`: what stood below was empty; `old`: lines ended with a
    return alone, as on old Macs; `lines` and `lost`: line ends, and characters that are lost.
    """

    encoding: str
    way: _Way
    held: bytes | None
    size: int
    ended: bool
    old: bool
    lines: int
    lost: int

    def pieces(self) -> Iterator[bytes]:
        """The text in UTF-8, in its order."""
        left = self.size
        for piece in (self.held,) if self.held is not None else self.way.decoded():
            part = piece[:left]
            left -= len(part)
            yield part.replace(b"\r", b"\n") if self.old else part
        if self.ended:
            yield b"\n"

    def start(self) -> str:
        """The first lines, whole."""
        held = b""
        for piece in self.pieces():
            held += piece
            if len(held) > PEEK:
                break
        if len(held) <= PEEK:
            return held.decode()
        cut = held.rfind(b"\n", 0, PEEK)
        return held[: cut + 1].decode() if cut >= 0 else Lines(self).take(HEAD).decode()


class Lines:
    """Whole lines of a text, in their order."""

    def __init__(self, text: Text) -> None:
        self._pieces = text.pieces()
        self._held = b""
        self._at = 0
        self._ends = np.zeros(0, np.int64)

    def take(self, count: int) -> bytes:
        """The next lines, so many or all that are left."""
        while len(self._ends) < count:
            piece = next(self._pieces, None)
            if piece is None:
                return self._cut(len(self._held), len(self._ends))
            self._held, self._ends = self._held[self._at :], self._ends - self._at
            self._at, above = 0, len(self._held)
            signs = np.frombuffer(piece, np.uint8)
            self._ends = np.concatenate([self._ends, np.flatnonzero(signs == NEWLINE) + above])
            self._held += piece
        return self._cut(int(self._ends[count - 1]) + 1, count)

    def _cut(self, end: int, count: int) -> bytes:
        taken = self._held[self._at : end]
        self._at, self._ends = end, self._ends[count:]
        return taken


def text_of(content: Content) -> Text:
    """A file as text, in the encoding that its bytes show.

    Raises:
        ValueError: where it is in none that we know.
    """
    start = first(content, max(len(bom) for bom, _ in BOMS))
    for bom, encoding in BOMS:
        if start.startswith(bom):
            if encoding != "utf-8-sig":
                return _measured(_Way(content, encoding), encoding)
            way = _Way(content, "utf-8", after=len(bom))
            mended = _Way(content, "utf-8", "replace", len(bom))
            return _strict(way, encoding) or _measured(mended, encoding)
    sound = _strict(_Way(content, "utf-8"), "utf-8-sig")
    return sound or _strict(_Way(content, "gb18030"), "gb18030") or _damaged(content)


def _strict(way: _Way, encoding: str) -> Text | None:
    try:
        return _measured(way, encoding)
    except UnicodeDecodeError:
        return None


def _damaged(content: Content) -> Text:
    """A file with cells cut in the middle of a character: those rows are refused, not the file."""
    names = {"utf-8": "utf-8-sig"}
    tries = [_measured(_Way(content, one, "replace"), names.get(one, one)) for one in TRIED]
    text = min(tries, key=lambda one: one.lost)
    if text.lost > max(1, DAMAGE * text.lines):
        raise ValueError("it is neither UTF-8 nor GB18030")
    return text


def _measured(way: _Way, encoding: str) -> Text:
    """The text, once it went by: how long it is without what is empty at its end."""
    held: list[bytes] = []
    size = solid = lines = lost = 0
    returns, tail = False, b""
    for piece in way.decoded():
        solid = size + len(bare) if (bare := piece.rstrip(ENDINGS)) else solid
        size += len(piece)
        lines += piece.count(b"\n")
        lost += piece.count(LOST.encode())
        returns = returns or b"\r" in piece
        tail = (tail + piece)[-len(BLANK[1]) :]
        if isinstance(way.content, bytes):
            held.append(piece)
    old = returns and not lines
    ended = (tail.replace(b"\r", b"\n") if old else tail).endswith(BLANK)
    kept = b"".join(held) if isinstance(way.content, bytes) else None
    return Text(encoding, way, kept, solid if ended else size, ended, old, lines, lost)
