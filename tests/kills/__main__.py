"""`python -m tests.kills [KILLS [SEED]]`: projectors, the Neo4j server and the service, killed.

Each kill is a SIGKILL at a moment drawn uniformly: over the measured duration of a projection, and
for the service over a second and a half in which leaders instruct without pause.
Prints a line of JSON a kill and their counts; exits with 1 if one of them did any harm.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from graph_loader.stores.neo4j_server import new_server
from tests.dashboards.county import settled
from tests.kills.graphs import Place, kill_projector, kill_server
from tests.kills.services import Leaders, kill_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kills.graphs import Kill

KILLS: Final = 100
SEED: Final = 1
SHARES: Final = (0.4, 0.35, 0.15, 0.1)  # kglite, neo4j, its server, the service
FAMILIES: Final = 100


def main(arguments: list[str]) -> int:
    """Kill so many times; 1 where anything was lost, doubled or told wrongly."""
    kills = int(arguments[0]) if arguments else KILLS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    began = time.monotonic()
    done: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        for kill in killed(Path(folder), kills, Random(seed)):  # noqa: S311 - moments
            done.append(kill)
            sys.stdout.write(kill.told() + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"seed {seed}, {time.monotonic() - began:.0f} s\n")
    for line in summed(done):
        sys.stdout.write(line + "\n")
    return 0 if all(kill.harmless for kill in done) else 1


def killed(folder: Path, kills: int, random: Random) -> Iterator[Kill]:
    """Every kind in turn, at least once."""
    embedded, projectors, servers, services = (max(1, round(kills * s)) for s in SHARES)
    place = Place(folder / "embedded")
    place.home.mkdir()
    place.settle()
    for _ in range(embedded):
        yield kill_projector(place, random)
    server = new_server(folder / "neo4j")
    server.start()
    try:
        other = Place(folder, server)
        other.settle()
        for _ in range(projectors):
            yield kill_projector(other, random)
        for _ in range(servers):
            yield kill_server(other, random)
    finally:
        server.stop()
    leaders = Leaders(settled(folder / "county", FAMILIES))
    for _ in range(services):
        yield kill_service(leaders, random)


def summed(done: list[Kill]) -> list[str]:
    """One line a kind: kills, what was held after them, harm."""
    lines = []
    for of in dict.fromkeys(kill.of for kill in done):
        some = [kill for kill in done if kill.of == of]
        held = Counter(kill.before for kill in some) if of != "service" else Counter()
        after = ", ".join(f"{n} {what}" for what, n in sorted(held.items()))
        unequal = sum(not kill.equal for kill in some)
        lines.append(
            f"{of:20} {len(some):3} kills: {sum(k.lost for k in some)} lost, "
            f"{sum(k.doubled for k in some)} doubled, {sum(k.torn for k in some)} torn, "
            f"{unequal} digests unequal{f' ({after})' if after else ''}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
