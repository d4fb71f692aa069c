"""`python -m tests.agreement [HOUSEHOLDS [SEED]]`: columns, reasons, kglite and Neo4j, row by row.

Prints how the population was drawn and who differed; exits with 1 if anyone did, or if the
population was too easy: too few rows of a status, too few unknown facts, values far from limits.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.stores.neo4j_server import new_server
from graph_loader.stores.protocol import open_store
from ontology.pack import read_pack
from tests.agreement.answers import compare
from tests.agreement.counts import counts, too_easy
from tests.agreement.drawn import drawn

if TYPE_CHECKING:
    from tests.agreement.counts import Counts

CHINA: Final = Path(__file__).resolve().parents[2] / "ontology" / "packs" / "china"
ON: Final = date(2026, 10, 31)
HOUSEHOLDS: Final = 10_000
SEED: Final = 1
SHOWN: Final = 20


def main(arguments: list[str]) -> int:
    """Draw, ask everyone, print; 1 where somebody differed."""
    households = int(arguments[0]) if arguments else HOUSEHOLDS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    began = time.monotonic()
    population = drawn(read_pack(CHINA), ON, households, seed)
    made = counts(population)
    say(f"{households} households, seed {seed}", *described(made))
    easy = too_easy(made)
    say(*(f"too easy: {each}" for each in easy))
    with tempfile.TemporaryDirectory(prefix="agreement-") as folder:
        server = new_server(Path(folder) / "neo4j")
        server.start()
        try:
            stores = {
                "kglite": open_store("kglite", Path(folder)),
                "neo4j": open_store(server.url, Path(folder), server.access),
            }
            found = compare(population, stores)
            for store in stores.values():
                store.close()
        finally:
            server.stop()
    say(
        *(f"{who:8} {rows:9,} truths compared with the columns" for who, rows in found.rows.items())
    )
    say(f"{len(found.differ)} differ  {time.monotonic() - began:.0f} s")
    say(*map(str, found.differ[:SHOWN]))
    return 1 if found.differ or easy else 0


def described(made: Counts) -> list[str]:
    """The counts in words."""
    return [
        f"{made.unknown:,} of {made.facts:,} facts not known, of {made.between:,} an end",
        f"{made.near:,} of {made.numbers:,} numbers within one step of a boundary",
        f"{made.open_rosters:,} of {made.households:,} rosters open",
        *(f"{name}  {dict(sorted(by.items()))}" for name, by in made.statuses.items()),
    ]


def say(*lines: str) -> None:
    """Print, at once."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
