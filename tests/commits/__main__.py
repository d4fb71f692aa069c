"""`python -m tests.commits [KILLS [FAMILIES [SEED]]]`: the road killed, gone twice.

Every commit point of each step (right after each durable write that has a name of its own), and
moments drawn uniformly over the time that the step takes. Prints a line of JSON a kill and their
counts; exits with 1 if one of them did any harm, or if a build that names a version of the lake
before all of it is written goes unnoticed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Final

from tests.commits.proof import BETWEEN, Kill, Proof, proven, summed

KILLS: Final = 200
FAMILIES: Final = 60
SEED: Final = 1


def main(arguments: list[str]) -> int:
    """Kill so many times; 1 where anything was lost, doubled or half seen."""
    given = [int(word) for word in arguments]
    kills, families, seed = (given + [KILLS, FAMILIES, SEED][len(given) :])[:3]
    began = time.monotonic()
    done: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="commits-") as folder:
        proof = Proof(Path(folder), families)
        proof.prepare()
        for kill in proven(proof, kills, Random(seed)):  # noqa: S311 - moments
            done.append(kill)
            say(kill.told())
        noticed = swapped(proof)
    say(f"{kills} kills, {families} families, seed {seed}, {time.monotonic() - began:.0f} s")
    for line in summed(done):
        say(line)
    say(f"a version named before its last table is written: {noticed.told()}")
    return 0 if all(k.harmless for k in done) and noticed.found == BETWEEN else 1


def swapped(proof: Proof) -> Kill:
    """The build with two commits in the wrong order, killed between them."""
    stage = next(stage for stage in proof.stages if stage.name == "load")
    named = next(p for p in stage.points if p.name.startswith("version file"))
    early = type(named)(named.number - 1, named.name, named.rows)
    return proof.kill_at(stage, early, wrong=True)


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
