"""The bars of the design, and how far each is met by what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Told = dict[str, Any]
Found = tuple[str, float, str] | None
"""At what size, the number beside the bar, and how it reads."""
ROWS: Final = 10_000_000
HOUSEHOLDS: Final = 1_000_000
"""The size that the bars are set for, where they name no other."""
TENFOLD: Final = 10


def bars(known: Mapping[str, Told]) -> str:
    """Every bar, what was measured, and whether that is enough."""
    lines = ["| work | bar | measured | at | met |", "|--|--|--|--|--|"]
    for work, bar, limit, tell in BARS:
        found = tell(known)
        if found is not None:
            at, number, reads = found
            met = number <= limit if limit > 0 else number >= -limit
            share = number / limit if limit > 0 else -limit / number
            enough = "yes" if f"{HOUSEHOLDS:,} households" in at else "at this size"
            says = enough if met else f"no, {share:.1f} ×"
            lines.append(f"| {work} | {bar} | {reads} | {at} | {says} |")
    return "\n".join(lines) + "\n"


def last(known: Mapping[str, Told], name: str, engine: str = "") -> Told | None:
    """What was measured at the largest size."""
    found = [
        told
        for told in known.values()
        if (told["task"]["name"], told["task"]["engine"]) == (name, engine) and "failed" not in told
    ]
    return max(found, key=lambda told: told["task"]["size"], default=None)


def size(told: Told) -> str:
    """The size, as a reader wants it."""
    return f"{told['task']['size']:,} households"


def wall(told: Told, *names: str, by: str = "wall") -> float:
    """The seconds of some steps together, by the clock or of the processors (`cpu`)."""
    return float(sum(step[by] for step in told["steps"] if step["step"] in names))


def step(name: str, *steps: str) -> Callable[[Mapping[str, Told]], Found]:
    """How to read the seconds of some steps."""

    def tell(known: Mapping[str, Told]) -> Found:
        told = last(known, name)
        if told is None:
            return None
        seconds = wall(told, *steps)
        cpu = wall(told, *steps, by="cpu")
        return size(told), seconds, f"{seconds:.2f} s (cpu {cpu:.2f}, load {told['load']})"

    return tell


def beside_openfisca(engine: str) -> Callable[[Mapping[str, Told]], Found]:
    """How to read decisions per CPU second beside OpenFisca's."""

    def tell(known: Mapping[str, Told]) -> Found:
        ours, theirs = last(known, "six", engine), last(known, "six", "openfisca")
        if ours is None or theirs is None:
            return None
        share = ours["per_cpu_second"] / theirs["per_cpu_second"]
        return size(ours), share, f"{share:.2f} ×"

    return tell


def whole_road(known: Mapping[str, Told]) -> Found:
    """All steps from files to graph, for ten million rows at the rate that was measured."""
    lake, match, graph = (last(known, name) for name in ("lake", "match", "graph"))
    if lake is None or match is None or graph is None:
        return None
    seconds, cpu = (
        (
            wall(lake, "load", "link", by=by)
            + wall(match, "population", "decide", "decisions as rows", by=by)
            + wall(graph, "project", by=by)
        )
        * (ROWS / lake["rows"])
        for by in ("wall", "cpu")
    )
    load = max(told["load"] for told in (lake, match, graph))
    reads = f"{seconds:.0f} s at that rate (cpu {cpu:.0f}, load {load})"
    return f"{size(lake)}, {lake['rows']:,} rows", seconds, reads


def person_in_memory(known: Mapping[str, Told]) -> Found:
    """The graph in memory by person."""
    told = last(known, "questions")
    if told is None:
        return None
    kib = told["held_mib"] * 1024 / told["people"]
    return f"{size(told)}, {told['payments']:,} payments", kib, f"{kib:.1f} KiB"


def asked(*finds: str) -> Callable[[Mapping[str, Told]], Found]:
    """How to read the seconds of all questions that find one of these."""

    def tell(known: Mapping[str, Told]) -> Found:
        told = last(known, "questions")
        if told is None:
            return None
        seconds = sum(s["wall"] for s in told["steps"] if s.get("finds") in finds)
        return f"{size(told)}, {told['payments']:,} payments", seconds, f"{seconds:.2f} s"

    return tell


def spread(name: str, part: str, quantile: str) -> Callable[[Mapping[str, Told]], Found]:
    """How to read how long an answer took."""

    def tell(known: Mapping[str, Told]) -> Found:
        told = last(known, name)
        if told is None:
            return None
        number = (told[part] if part else told)[quantile]
        return size(told), number, f"{number:.1f} ms (load {told['load']})"

    return tell


def growth(name: str, *steps: str) -> Callable[[Mapping[str, Told]], Found]:
    """How to read how much faster than the households the CPU time grew, over the last tenfold."""

    def tell(known: Mapping[str, Told]) -> Found:
        large = last(known, name)
        small = known.get(f"{name} {large['task']['size'] // TENFOLD}") if large else None
        if large is None or small is None or "failed" in small:
            return None
        both = [wall(one, *steps, by="cpu") for one in (small, large)]
        times = large["task"]["size"] / small["task"]["size"]
        factor = both[1] / both[0] / times
        at = f"{small['task']['size']:,} → {large['task']['size']:,} households"
        return at, factor, f"linear × {factor:.2f}"

    return tell


BARS: Final[tuple[tuple[str, str, float, Callable[[Mapping[str, Told]], Found]], ...]] = (
    ("decide, from indicators to statuses", "≤ 1 s", 1, step("decide", "decide")),
    ("indicators from facts", "≤ 3 s", 3, step("decide", "indicators")),
    ("missing facts", "≤ 3 s", 3, step("decide with blanks", "missing")),
    ("what-if on one standard", "≤ 1 s", 1, step("decide", "what-if")),
    ("six programmes, per CPU second", "≥ 1 × OpenFisca", -1, beside_openfisca("aidgraph")),
    (
        "the same with a fifth of all facts unknown",
        "≥ 1 × OpenFisca",
        -1,
        beside_openfisca("aidgraph with blanks"),
    ),
    ("files → lake → graph, 10⁷ rows", "≤ 120 s", 120, whole_road),
    ("the graph in memory, a person", "≤ 3.5 KiB", 3.5, person_in_memory),
    ("gaps", "≤ 4 s for 10⁶ pairs", 4, asked("gap")),
    ("all questions", "≤ 20 s for 10⁷ payments", 20, asked("gap", "duplicate", "suspicion")),
    ("one household explained, in the process, p50", "≤ 5 ms", 5, spread("explain", "", "p50_ms")),
    ("one household over HTTP, p50", "≤ 5 ms", 5, spread("serve", "household", "p50_ms")),
    ("one household over HTTP, p99", "≤ 20 ms", 20, spread("serve", "household", "p99_ms")),
    ("a page's first figures over HTTP, p50", "≤ 1 s", 1000, spread("serve", "/figures", "p50_ms")),
    ("growth of indicators and decide", "≤ 1.2", 1.2, growth("decide", "indicators", "decide")),
    ("growth of loading", "≤ 1.2", 1.2, growth("lake", "load", "link")),
    ("growth of projecting", "≤ 1.2", 1.2, growth("graph", "project")),
)
