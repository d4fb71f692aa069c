"""`python -m tests.kills [KILLS [SEED]]`: projectors, the Neo4j server and the service, killed.

Each kill is a SIGKILL, of a projector first at each of its named points, and then at moments drawn
uniformly over the measured duration of what is killed: a projection, one by a server that has just
started, thirty instructions of two leaders at once. Prints a line of JSON a kill and their counts;
exits with 1 if one did any harm, or if a projector that is wrong on purpose was not noticed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from graph_loader.stores import neo4j_server
from graph_loader.stores.neo4j_server import new_server
from tests.dashboards import county
from tests.dashboards.county import settled
from tests.kills.graphs import Place, kill_at, kill_projector, kill_server, planted
from tests.kills.services import Leaders, kill_service, measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kills.graphs import Kill

KILLS: Final = 100
SEED: Final = 1
SHARES: Final = (0.4, 0.35, 0.15, 0.1)  # kglite, neo4j, its server, the service
WHOLE: Final = 0.6  # of the projectors; the others write what differs
FAMILIES: Final = 100
PATIENCE: Final = 900  # seconds for a server, or a service, on a machine that does much else


def main(arguments: list[str]) -> int:
    """Kill so many times; 1 where anything was lost, doubled or told wrongly."""
    kills = int(arguments[0]) if arguments else KILLS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    began = time.monotonic()
    for waiting in (neo4j_server, county):
        setattr(waiting, "PATIENCE", PATIENCE)  # noqa: B010 - it is final for everyone else
    done: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        for kill in killed(Path(folder), kills, Random(seed)):  # noqa: S311 - moments
            done.append(kill)
            sys.stdout.write(kill.told() + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"seed {seed}, {time.monotonic() - began:.0f} s\n")
    for line in summed(done):
        sys.stdout.write(line + "\n")
    return 0 if all(kill.harmless != kill.planted for kill in done) else 1


def killed(folder: Path, kills: int, random: Random) -> Iterator[Kill]:
    """Every kind in turn, at least once; at the end of each store a projector that is wrong."""
    embedded, projectors, servers, services = (max(1, round(kills * s)) for s in SHARES)
    place = Place(folder / "embedded")
    place.home.mkdir()
    place.settle()
    yield from projectors_of(place, embedded, random)
    yield planted(place)
    server = new_server(folder / "neo4j")
    server.start()
    try:
        other = Place(folder, server)
        other.settle()
        yield from projectors_of(other, projectors, random)
        server.kill()
        server.start()
        other.measure()
        for _ in range(servers):
            yield kill_server(other, random)
        yield planted(other)
    finally:
        server.stop()
    leaders = Leaders(settled(folder / "county", FAMILIES))
    measure(leaders)
    for _ in range(services):
        yield kill_service(leaders, random)


def projectors_of(place: Place, kills: int, random: Random) -> Iterator[Kill]:
    """Kill those that write all of a graph, then those that write what differs."""
    whole = max(1, round(kills * WHOLE))
    yield from at_points_then_moments(place, whole, random)
    place.patching = True
    place.measure()
    yield from at_points_then_moments(place, kills - whole, random)
    place.patching = False
    place.measure()


def at_points_then_moments(place: Place, kills: int, random: Random) -> Iterator[Kill]:
    """Kill so many projectors, one at each named point and the others whenever it comes."""
    points = place.points[:kills]
    for point in points:
        yield kill_at(place, point)
    for _ in range(kills - len(points)):
        yield kill_projector(place, random)


def summed(done: list[Kill]) -> list[str]:
    """One line a kind: kills, what was held after them, harm; and whether the fault was noticed."""
    lines = []
    for of in dict.fromkeys(kill.of for kill in done if not kill.planted):
        some = [kill for kill in done if kill.of == of and not kill.planted]
        held = Counter(kill.held for kill in some) if of != "service" else Counter()
        after = ", ".join(f"{n} {what}" for what, n in sorted(held.items()))
        named = sum(isinstance(kill.when, str) for kill in some)
        lines.append(
            f"{of:20} {len(some):3} kills{f' ({named} at named points)' if named else ''}: "
            f"{sum(k.lost for k in some)} lost, {sum(k.doubled for k in some)} doubled, "
            f"{sum(k.torn for k in some)} torn, {sum(not k.equal for k in some)} digests unequal"
            f"{f'; held after: {after}' if after else ''}"
        )
    for kill in done:
        if kill.planted:
            noticed = "not noticed" if kill.harmless else "noticed"
            lines.append(f"{kill.of:20} watermark first, on purpose: {noticed}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
