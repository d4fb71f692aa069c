"""What can be wrong with a policy, said with the place, the fault and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in a pack: where it is and what would be right. Line 0: the file as a whole."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.says}"


class PolicyError(Exception):
    """A policy that cannot be used, with all of its faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults

    @classmethod
    def saying(cls, says: str) -> PolicyError:
        """The error of one fault whose place the caller knows."""
        return cls(Fault("", 0, says))

    def at(self, file: str, line: int) -> PolicyError:
        """The same faults, each that has no place put at this one."""
        return PolicyError(
            *(fault if fault.file else Fault(file, line, fault.says) for fault in self.faults)
        )


class UnsupportedError(Exception):
    """A back end cannot say what a policy says; it never says something near it."""

    def __init__(self, what: object, *, store: str, instead: str) -> None:
        super().__init__(f"{store} cannot say {what}. {instead}")
        self.what = what
        self.store = store
        self.instead = instead


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""
