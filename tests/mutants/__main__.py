"""Small mistakes put into the language and the matcher one at a time: a test must notice each.

`python -m tests.mutants [--by agreement] [NAME …]` tries them in copies of the checkout and prints
killed or survived; it exits with 1 if one survived. Nothing of the checkout is changed. By
agreement: those of the language alone, and only the agreement of all ways to decide may notice.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.mutants.forked import tried_by_agreement
from tests.mutants.planted import MUTANTS
from tests.mutants.tried import tried

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.mutants.mutant import Mutant

BY_AGREEMENT: Final = ["--by", "agreement"]


def main(arguments: list[str]) -> int:
    """Try the mutants (all, or those whose name holds one of the words); 1 if one survived."""
    agreement = arguments[:2] == BY_AGREEMENT
    names = arguments[2:] if agreement else arguments
    chosen = [m for m in MUTANTS if m.of_language or not agreement]
    chosen = [m for m in chosen if not names or any(name in m.name for name in names)]
    began = time.monotonic()
    noticed = tried_by_agreement(chosen) if agreement else tried(chosen)
    say(*table(noticed))
    who = "by the agreement alone  " if agreement else ""
    took = time.monotonic() - began
    say(f"{sum(noticed.values())} of {len(noticed)} mutants killed  {who}{took:.0f} s")
    return 0 if all(noticed.values()) else 1


def table(noticed: Mapping[Mutant, bool]) -> list[str]:
    """How many were planted in each file and how many noticed, and the names of the others."""
    planted = Counter(mutant.file for mutant in noticed)
    killed = Counter(mutant.file for mutant, found in noticed.items() if found)
    lines = [f"{file:30} {killed[file]:3} of {number}" for file, number in sorted(planted.items())]
    return lines + [f"SURVIVED {m.file}: {m.name}" for m, found in noticed.items() if not found]


def say(*lines: str) -> None:
    """Print, at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
