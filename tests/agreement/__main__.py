"""`python -m tests.agreement [HOUSEHOLDS [SEED]]`: five ways to decide, two packs, row by row.

Columns, the reasons that are told, kglite, Neo4j, and a reference that shares no code with them,
on a pack that says everything that the language can and on China's. Prints how each population
was drawn and who differed; exits with 1 if anyone did, or if a population was too easy: too few
rows of a status, too few unknown facts, values far from limits.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph_loader.stores.neo4j_server import new_server
from graph_loader.stores.protocol import open_store
from tests.agreement.answers import compare
from tests.agreement.counts import counts, too_easy
from tests.agreement.subjects import SUBJECTS

if TYPE_CHECKING:
    from graph_loader.stores.neo4j_server import Server
    from tests.agreement.counts import Counts
    from tests.agreement.subjects import Subject

HOUSEHOLDS: Final = 10_000
SEED: Final = 1
SHOWN: Final = 20
FOLLOWED: Final = 1_000
"""About so many households the reference follows, which goes row by row: each tenth of 10⁴."""


def main(arguments: list[str]) -> int:
    """Draw, ask everyone, print; 1 where somebody differed."""
    households = int(arguments[0]) if arguments else HOUSEHOLDS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    with tempfile.TemporaryDirectory(prefix="agreement-") as folder:
        server = new_server(Path(folder) / "neo4j")
        server.start()
        try:
            agreed = [
                agree(name, subject, households, seed, server=server, folder=Path(folder) / name)
                for name, subject in SUBJECTS.items()
            ]
        finally:
            server.stop()
    return 0 if all(agreed) else 1


def agree(  # noqa: PLR0913 - of what, how many, where
    name: str, subject: Subject, households: int, seed: int, *, server: Server, folder: Path
) -> bool:
    """Draw one population and ask everyone of it; whether all said the same, and it was hard."""
    began = time.monotonic()
    population = subject.drawn(households, seed)
    made = counts(population)
    say(f"{name}: {households} households, seed {seed}", *described(made))
    easy = too_easy(made)
    say(*(f"too easy: {each}" for each in easy))
    folder.mkdir()
    stores = {
        "kglite": open_store("kglite", folder),
        "neo4j": open_store(server.url, folder, server.access),
    }
    found = compare(population, stores, step=max(1, households // FOLLOWED))
    for store in stores.values():
        store.close()
    say(*(f"{who:9} {rows:10,} answers beside the columns" for who, rows in found.rows.items()))
    say(f"{len(found.differ)} differ  {time.monotonic() - began:.0f} s")
    say(*map(str, found.differ[:SHOWN]))
    if found.unsaid != subject.unsaid:
        say(f"a graph says too much or too little: {sorted(found.unsaid ^ subject.unsaid)}")
    return not found.differ and not easy and found.unsaid == subject.unsaid


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
