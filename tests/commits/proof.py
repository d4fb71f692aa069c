"""Each step of the road killed at every commit point and at any moment; what was held after it.

The road is gone twice: from nothing, and after one row of one file has changed, when each step
takes over what the first time made.

A reader must find everything as it was before the step or as it is after it, never between, and
the step taken up again must give what it gives where nobody kills it.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from demo.county import make
from tests.commits.held import Bag, digest_of, held
from tests.commits.step import STEPS, walk
from tests.dashboards.county import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

BEFORE: Final = "before"
AFTER: Final = "after"
BETWEEN: Final = "between"
CHANGED: Final = ", one row changed"
EARNINGS: Final = "个人所得_202610.csv"


@dataclass(frozen=True, slots=True)
class Point:
    """One durable write of a step: its number, its name, and the rows written by then."""

    number: int
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: where, when, what was durable before it, what readers found, what came of it."""

    step: str
    point: str
    offset: float
    rows: int
    found: str
    lost: int
    doubled: int
    digest: str
    equal: bool

    @property
    def harmless(self) -> bool:
        return self.equal and self.found != BETWEEN and not (self.lost or self.doubled)

    def told(self) -> str:
        return json.dumps(
            {
                "step": self.step,
                "point": self.point,
                "offset_ms": round(self.offset * 1000),
                "rows_durable_before": self.rows,
                "readers_found": self.found,
                "lost": self.lost,
                "doubled": self.doubled,
                "digest": self.digest[:16],
                "digest_equal": self.equal,
            },
            ensure_ascii=False,
        )


@dataclass(slots=True)
class Stage:
    """A step: an installation as it stands before it, what it makes, its points and its time.

    `name`: the step, and whether it is gone the second time.
    """

    name: str
    step: str
    before: Path
    old: Bag
    new: Bag
    points: list[Point]
    seconds: float

    def named(self) -> list[Point]:
        """Every point of another name, where it is first and where it is last."""
        first = {point.name: point for point in reversed(self.points)}
        last = {point.name: point for point in self.points}
        both = {p.number: p for p in (*first.values(), *last.values())}
        return [both[number] for number in sorted(both)]


@dataclass(slots=True)
class Proof:
    """A county of so many families, each step of its road, and a place for what is killed."""

    folder: Path
    families: int
    stages: list[Stage] = field(default_factory=list)

    def prepare(self) -> None:
        """Go the road once, unkilled; keep how the installation stands before each step."""
        home = self.folder / "home"
        make(home, households=self.families)
        self._walked(home, "")
        earn_otherwise(home / "files" / EARNINGS)
        self._walked(home, CHANGED)

    def _walked(self, home: Path, time: str) -> None:
        old = held(home)
        for step in STEPS:
            before = self.folder / f"before {step}{time}"
            shutil.copytree(home, before)
            points, seconds = unkilled(step, home)
            new = held(home)
            self.stages.append(Stage(f"{step}{time}", step, before, old, new, points, seconds))
            old = new

    def kill_at(self, stage: Stage, point: Point, *, wrong: bool = False) -> Kill:
        """Let the step die right after one of its durable writes."""
        home = self._fresh(stage)
        child = begun(stage.step, home, point.number, wrong=wrong)
        began = time.monotonic()
        said, _ = child.communicate()
        if child.returncode != -signal.SIGKILL:
            raise AssertionError(f"{stage.name} was not killed at {point.name}: {said[-300:]}")
        return self._after(stage, home, point.name, time.monotonic() - began, written(said))

    def kill_after(self, stage: Stage, random: Random) -> Kill:
        """Kill the step at a moment drawn uniformly over the time that it takes."""
        home = self._fresh(stage)
        child = begun(stage.step, home)
        offset = random.uniform(0, stage.seconds)
        time.sleep(offset)
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        known = written(said)
        name = known[-1].name if known else "nothing written"
        return self._after(stage, home, f"moment after: {name}", offset, known)

    def _fresh(self, stage: Stage) -> Path:
        home = self.folder / "home"
        shutil.rmtree(home)
        shutil.copytree(stage.before, home)
        return home

    def _after(
        self, stage: Stage, home: Path, point: str, offset: float, known: list[Point]
    ) -> Kill:
        found = reader_finds(stage, home)
        again = taken_up(stage, home)
        lost, doubled = stage.new - again, again - stage.new
        return Kill(
            stage.name,
            point,
            offset,
            known[-1].rows if known else 0,
            found,
            lost.total(),
            doubled.total(),
            digest_of(again),
            again == stage.new,
        )


def earn_otherwise(file: Path) -> None:
    """One amount of a file made another."""
    lines = file.read_bytes().decode("gb18030").splitlines()
    lines[5] = ",".join([*lines[5].split(",")[:-1], "1.00"])
    file.write_bytes("\n".join([*lines, ""]).encode("gb18030"))


def reader_finds(stage: Stage, home: Path) -> str:
    """What stands in the installation: as before the step, as after it, or neither."""
    try:
        now = held(home)
    except Exception:  # noqa: BLE001 - whatever keeps a reader from reading is between
        return BETWEEN
    return {digest_of(stage.old): BEFORE, digest_of(stage.new): AFTER}.get(digest_of(now), BETWEEN)


def taken_up(stage: Stage, home: Path) -> Bag:
    """What the installation holds once the step has been gone again; nothing if it cannot be."""
    try:
        walk(home, [stage.step])
        return held(home)
    except Exception:  # noqa: BLE001 - a step that cannot be taken up again has lost everything
        return Bag()


def begun(
    step: str, home: Path, at: int | None = None, *, wrong: bool = False
) -> subprocess.Popen[str]:
    """The step as a process that has said that it begins."""
    words = [step, str(home), str(at or 0), *["wrong"] * wrong]
    child = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tests.commits.step", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    if first != "ready\n":
        raise AssertionError(f"{step} did not begin: {child.communicate()[1][-800:]}")
    return child


def unkilled(step: str, home: Path) -> tuple[list[Point], float]:
    """The durable writes of a step that nobody kills, and its seconds."""
    child = begun(step, home)
    began = time.monotonic()
    said, fault = child.communicate()
    if not said.endswith("done\n"):
        raise AssertionError(f"{step} did not end: {fault[-800:]}")
    return written(said), time.monotonic() - began


def written(said: str) -> list[Point]:
    """The durable writes that a step told of; a line cut short is none."""
    parts = [line.split("\t") for line in said.splitlines() if line.count("\t") == 2]
    return [Point(int(number), name, int(rows)) for number, name, rows in parts if rows]


def proven(proof: Proof, kills: int, random: Random) -> Iterator[Kill]:
    """So many kills: every commit point of each step, the others at any moment, in turn."""
    named = [(stage, point) for stage in proof.stages for point in stage.named()]
    if len(named) > kills:
        each = [[n for n in named if n[0] is stage] for stage in proof.stages]
        named = [random.choice(some) for some in each if some]
    for stage, point in named:
        yield proof.kill_at(stage, point)
    for number in range(max(0, kills - len(named))):
        yield proof.kill_after(proof.stages[number % len(proof.stages)], random)


def summed(done: list[Kill]) -> list[str]:
    """One line a step: kills, what readers found, harm."""
    return [
        summary(step, [kill for kill in done if kill.step == step])
        for step in dict.fromkeys(kill.step for kill in done)
    ]


def summary(step: str, some: list[Kill]) -> str:
    """The kills of one step in a line."""
    found = sorted(Counter(kill.found for kill in some).items())
    moments = sum(kill.point.startswith("moment") for kill in some)
    return (
        f"{step:24} {len(some):3} kills, {len(some) - moments} at commit points, {moments} at any"
        f" moment: readers found {', '.join(f'{n} {what}' for what, n in found)}; "
        f"{sum(kill.lost for kill in some)} lost, {sum(kill.doubled for kill in some)} doubled, "
        f"{sum(not kill.equal for kill in some)} digests unequal"
    )
