"""The bytes of a file, in memory or on disk, a piece at a time: no file is too large to look at."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Content: TypeAlias = bytes | Path
SMALL: Final = 1 << 24
"""Bytes up to which a file is held in memory, and of one piece of a larger one."""


def content_of(path: Path) -> Content:
    """A file: its bytes where they are few, else where they lie."""
    return path.read_bytes() if path.stat().st_size <= SMALL else path


def opening(content: Content) -> BinaryIO:
    """The bytes as a file that is read."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def whole(content: Content) -> bytes:
    """All bytes at once."""
    return content if isinstance(content, bytes) else content.read_bytes()


def first(content: Content, count: int) -> bytes:
    """So many bytes of the beginning."""
    with opening(content) as file:
        return file.read(count)


def last(content: Content, count: int) -> bytes:
    """So many bytes of the end."""
    with opening(content) as file:
        file.seek(max(0, file.seek(0, io.SEEK_END) - count))
        return file.read()


def pieces(content: Content, after: int = 0) -> Iterator[bytes]:
    """The bytes in their order, without so many at the beginning."""
    with opening(content) as file:
        file.seek(after)
        while piece := file.read(SMALL):
            yield piece


def sha_of(content: Content) -> str:
    """SHA-256 of the bytes."""
    digest = hashlib.sha256()
    for piece in pieces(content):
        digest.update(piece)
    return digest.hexdigest()
