"""What lies in zip archives, unless it becomes far larger than any table would."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

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
    if entry.flag_bits & LOCKED:
        raise ValueError(f"`{name}` has a password; pack it without one")
    if entry.file_size > max(LARGE, SWELLS * entry.compress_size):
        says = f"`{name}` becomes {entry.file_size:,} bytes of {entry.compress_size:,}"
        raise ValueError(f"{says}; unpack it by hand if that is right")
    return archive.read(entry)
