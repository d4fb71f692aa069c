"""What lies in zip archives, unless it becomes far larger than any table would."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from graph_loader.content import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from graph_loader.content import Content

DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What reading an archive raises where it is damaged, or packed by a method of its own."""
LARGE: Final = 1 << 26
SWELLS: Final = 200
"""Bytes that one byte of an archive may become in a large file; tables stay far below."""
LOCKED: Final = 0x1
"""The flag of a zip entry with a password."""


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of one entry, which people call by this name.

    Raises:
        ValueError: where it has a password, or swells.
    """
    _refuse(entry, name)
    return archive.read(entry)


def unpacked_to(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, path: Path) -> Content:
    """The bytes of one entry; where they are many, in a file of this path.

    Raises:
        ValueError: where it has a password, or swells.
    """
    if entry.file_size <= SMALL:
        return unpacked(archive, entry, name)
    _refuse(entry, name)
    with archive.open(entry) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file, SMALL)
    return path


def _refuse(entry: zipfile.ZipInfo, name: str) -> None:
    """Raise ValueError for an entry with a password, and for one that swells."""
    if entry.flag_bits & LOCKED:
        raise ValueError(f"`{name}` has a password; pack it without one")
    if entry.file_size > max(LARGE, SWELLS * entry.compress_size):
        says = f"`{name}` becomes {entry.file_size:,} bytes of {entry.compress_size:,}"
        raise ValueError(f"{says}; unpack it by hand if that is right")
