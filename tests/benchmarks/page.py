"""What was measured, as a page: the bars first, then every table, then what the numbers hide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.bars import bars
from tests.benchmarks.side_by_side import side_by_side
from tests.benchmarks.tables import NOTHING, Told, of, seconds, short, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FIRST: Final = "The bars"
LOST: Final = "Not measured"
HEADING: Final = "\n## "
NOTES: Final = Path(__file__).parent / "notes.md"
HEAD: Final = """# How fast

Written by `make bench`; every number below was measured in the runs that it names. Each measurement
is a process of its own. *cpu* is the time of all processors together; *load* is how many processes
wanted the processors around the measurement: above {cores} on this machine, seconds by the clock
are those of a machine that was shared.

| | |
|--|--|
"""


def page(known: Mapping[str, Told], machine: Mapping[str, str], before: str = "") -> str:
    """The whole of docs/benchmarks.md; what the page before said of anything else stays in it."""
    cores = machine["processor"].split()[0]
    facts = "".join(f"| {name} | {value} |\n" for name, value in machine.items())
    facts += f"| measured at | {', '.join(commits(known))} |\n"
    parts = [HEAD.format(cores=cores) + facts, section(FIRST, bars(known)), *others(before)]
    parts += [section(title, made) for title, make in SECTIONS if (made := make(known))]
    parts += [failures(known), NOTES.read_text(encoding="utf-8")]
    return "\n".join(part for part in parts if part)


def others(before: str) -> list[str]:
    """The sections of a page that none of these measurements and no note has written."""
    own = {FIRST, LOST, *(title for title, _ in SECTIONS)}
    own |= {part.splitlines()[0] for part in parts_of(NOTES.read_text(encoding="utf-8"))}
    return [f"## {p.rstrip()}\n" for p in parts_of(before) if p.splitlines()[0] not in own]


def parts_of(page: str) -> list[str]:
    """What stands under each heading, the heading in front."""
    return f"\n{page}".split(HEADING)[1:]


def commits(known: Mapping[str, Told]) -> list[str]:
    """The commits that the measurements are of, the last one first."""
    dated = sorted((told.get("at", ""), told.get("commit", "")) for told in known.values())
    return list(dict.fromkeys(commit for _, commit in reversed(dated) if commit))


def section(title: str, body: str) -> str:
    """A heading and what is under it."""
    return f"## {title}\n\n{body}"


def steps(told: Sequence[Told], more: Mapping[str, Callable[[Told], str]]) -> str:
    """A column a size, a row a step; `more` are further rows, the last the load."""
    names = list(dict.fromkeys(step["step"] for one in told for step in one["steps"]))
    rows = [[name, *(step_cell(one, name) for one in told)] for name in names]
    rows += [[label, *(tell(one) for one in told)] for label, tell in more.items()]
    rows.append(["load", *(str(one["load"]) for one in told)])
    return table(["", *(f"{one['task']['size']:,} households" for one in told)], rows)


def step_cell(told: Told, name: str) -> str:
    """What one step cost at one size."""
    return next((seconds(step) for step in told["steps"] if step["step"] == name), NOTHING)


def whole(name: str) -> Callable[[Told], str]:
    """How to tell a plain number."""
    return lambda told: NOTHING if told.get(name) is None else f"{told[name]:,}"


def deciding(known: Mapping[str, Told]) -> str:
    """The china pack on a population in memory."""
    rows: dict[str, Callable[[Told], str]] = {
        "programmes": whole("programmes"),
        "sources": whole("sources"),
        "persons": whole("persons"),
        "records": whole("records"),
        "undetermined": lambda told: f"{sum(told['undetermined'].values()):,}",
        "missing facts named": whole("missing"),
        "the same families, so many times": whole("repeated"),
        "first run, indicators and decide": lambda told: f"{short(told['first_wall'])} s",
        "memory at most": lambda told: f"{told['peak_mib']:,} MiB",
    }
    parts = []
    for name, says in DECIDED.items():
        if told := of(known, name):
            parts.append(f"{says}\n\n{steps(told, rows)}")
    return "\n".join(parts)


DECIDED: Final = {
    "decide": "All programmes that the pack decides, three-valued, with lifts, benefits and "
    "compatibility; medians of three. *Indicators*: everything from facts to the numbers that "
    "criteria read. *Decide*: from these to statuses. *What-if*: the minimum living standard "
    "changed, what rests on it decided again.",
    "decide with blanks": "The same people, each fact and each list of records unknown for one "
    "person in fifty. *Missing* names what every undetermined row waits for.",
}


def six(known: Mapping[str, Told]) -> str:
    """The six programmes beside peers."""
    sizes = sorted({told["task"]["size"] for told in of(known, "six")})
    parts = []
    for size in sizes:
        told = [one for one in of(known, "six") if one["task"]["size"] == size]
        peer = next((one["per_cpu_second"] for one in told if one["engine"] == "openfisca"), None)
        rows = [
            [
                one["engine"],
                f"{one['per_cpu_second']:.2e}",
                f"{one['per_cpu_second'] / peer:.2f}" if peer else NOTHING,
                seconds(one),
                f"{short(one['handed_cpu'])} s",
                f"{one['peak_mib']:,} MiB",
                "yes" if one["agrees"] else "**NO**",
                str(one["load"]),
            ]
            for one in told
        ]
        head = f"{size:,} households, {told[0]['persons']:,} persons, {told[0]['decisions']:,} "
        parts.append(f"{head}decisions:\n\n{table(SIX, rows)}")
    return "\n".join(parts)


SIX: Final = (
    "engine",
    "decisions per CPU second",
    "÷ OpenFisca",
    "decide",
    "facts in (cpu)",
    "memory at most",
    "counts agree",
    "load",
)


def road(known: Mapping[str, Told]) -> str:
    """Files to lake to graph."""
    parts = []
    for name, rows in ROAD.items():
        if told := of(known, name):
            parts.append(f"**{name}**\n\n{steps(told, rows)}")
    return "\n".join(parts)


def disk(told: Told) -> str:
    """What a step left on disk."""
    return f"{told['disk_mib']:,} MiB"


def peaks(told: Told) -> str:
    """The most memory that the process of a step held."""
    return f"{max(step['peak_mib'] for step in told['steps']):,} MiB"


def rows_a_second(told: Told) -> str:
    """How many rows of files are loaded and linked in a second."""
    return short(told["rows"] / sum(step["wall"] for step in told["steps"]))


def per_person(told: Told) -> str:
    """The graph in memory."""
    return f"{told['held_mib'] * 1024 / told['people']:.1f} KiB"


ROAD: Final[dict[str, dict[str, Callable[[Told], str]]]] = {
    "files": {"rows": whole("rows"), "people": whole("people"), "on disk": disk},
    "lake": {
        "rows": whole("rows"),
        "rows a second": rows_a_second,
        "on disk": disk,
        "memory at most": peaks,
    },
    "match": {"decisions": whole("decisions"), "memory at most": peaks},
    "parts": {
        "parts": whole("of"),
        "the digest of the whole": lambda told: "yes" if told["same"] else "**NO**",
        "memory at most": peaks,
    },
    "graph": {
        "nodes": whole("nodes"),
        "edges": whole("edges"),
        "on disk": disk,
        "memory at most": peaks,
    },
    "anew": {
        "rows that changed": whole("rows"),
        "households decided anew": whole("households"),
        "nodes and edges written": whole("changed"),
        "memory at most": peaks,
    },
}


def streaming(known: Mapping[str, Told]) -> str:
    """Files of any size, made and loaded."""
    parts = []
    if told := of(known, "made"):
        parts.append(f"{MADE}\n\n{steps(told, ROAD['files'] | {'memory at most': peaks})}")
    if told := of(known, "payments"):
        rows = [
            [
                whole("rows")(one),
                f"{int(one['task']['engine']):,}",
                *(step_cell(one, name) for name in ("the file written", "load")),
                peaks(one),
                f"{one['file_mib']:,} MiB",
                disk(one),
                whole("refused")(one),
                one["digest"][-12:],
                str(one["load"]),
            ]
            for one in told
        ]
        parts.append(f"{PAID}\n\n{table(PAYMENTS, rows)}")
    return "\n".join(parts)


MADE: Final = "A county's files, made block by block, in a process that does nothing else."
PAID: Final = (
    "One file of payments into an empty lake, so many rows at a time. A row in a thousand has a "
    "programme that nobody knows, one in ten thousand repeats or contradicts one far above it; the "
    "digest is that of the rows in the lake."
)
PAYMENTS: Final = (
    "rows", "at a time", "the file written", "load", "memory at most", "file", "lake", "refused",
    "digest", "load of the machine",
)  # fmt: skip


def asking(known: Mapping[str, Told]) -> str:
    """Every question, the memory of the graph."""
    rows: dict[str, Callable[[Told], str]] = {
        "payments": whole("payments"),
        "the graph in memory, a person": per_person,
    }
    told, found = of(known, "questions"), of(known, "audit")
    parts = [steps(told, rows)] if told else []
    parts += [steps(found, {"findings": whole("findings"), "memory at most": peaks})] * bool(found)
    return "\n".join(parts)


def explaining(known: Mapping[str, Told]) -> str:
    """One household, in the process and over HTTP."""
    rows = [latency("explained, in the process", told, told) for told in of(known, "explain")]
    rows += [
        latency(says, told, told[name])
        for told in of(known, "serve")
        for name, says in SERVED.items()
    ]
    head = ("", "households", "asked", "an answer", "p50", "p99", "load")
    return table(head, rows) if rows else ""


def latency(says: str, told: Told, spread: Mapping[str, float]) -> list[str]:
    """One row of how long answers took."""
    times = [f"{spread['p50_ms']:.1f} ms", f"{spread['p99_ms']:.1f} ms"]
    kib = f"{spread['kib']:.0f} KiB" if "kib" in spread else NOTHING
    asked = f"{told['task']['size']:,}", f"{spread['asked']}"
    return [says, *asked, kib, *times, str(told["load"])]


SERVED: Final = {
    "household": "one household over HTTP: signed in, cut to the role, journalled",
    "/figures": "the overview's figures over HTTP",
    "/findings": "the first fifty findings over HTTP",
}


def failures(known: Mapping[str, Told]) -> str:
    """What could not be measured."""
    lost = [f"- {key}: {told['failed']}\n" for key, told in known.items() if "failed" in told]
    return section(LOST, "".join(lost)) if lost else ""


SECTIONS: Final = (
    ("Deciding everyone", deciding),
    ("Six programmes beside peers", six),
    ("Files to lake to graph", road),
    ("Files of any size", streaming),
    ("Audit questions", asking),
    ("One graph, two stores", side_by_side),
    ("One household explained", explaining),
)
