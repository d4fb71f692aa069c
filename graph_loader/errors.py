"""What can go wrong on the way from files to the lake."""

from __future__ import annotations


class LoadError(Exception):
    """A load that did not happen; the lake is as it was.

    `retryable` says whether trying again can help.
    """

    def __init__(self, says: str, *, retryable: bool) -> None:
        super().__init__(says)
        self.retryable = retryable


class ArchiveError(LoadError):
    """An archive that is damaged, or none; the other files of a load are not touched by it."""
