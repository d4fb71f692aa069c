"""One graph on two stores, as tables: a column a store, a table a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.benchmarks.tables import NOTHING, Told, of, seconds, short, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Tell = Callable[[Mapping[str, Told], str], str]

NAME: Final = "stores"
LOADED: Final = {"kglite": "kglite load", "neo4j": "neo4j"}
"""The measurement that loads what another one asks."""
FINDS: Final = {"gap": "gaps", "duplicate": "duplicates", "suspicion": "suspicions"}


def side_by_side(known: Mapping[str, Told]) -> str:
    """A table for each size that was measured on either store."""
    found = of(known, NAME)
    sizes = sorted({told["task"]["size"] for told in found})
    return "\n".join(
        at_size({t["engine"]: t for t in found if t["task"]["size"] == size}, size)
        for size in sizes
    )


def at_size(told: Mapping[str, Told], size: int) -> str:
    """What one graph costs each store, and whether they answer alike."""
    loaded = next((each for each in told.values() if "nodes" in each), None)
    what = "nodes", "edges", "payments"
    many = ", ".join(f"{loaded[name]:,} {name}" for name in what) if loaded else "not loaded"
    times = next(iter(told.values()))["repeated"]
    how = f"; the households of a smaller county {times} times over" if times > 1 else ""
    rows = [[label, *(tell(told, store) for store in LOADED)] for label, tell in ROWS.items()]
    alike = says_alike([told[store] for store in LOADED if store in told])
    rows.append(["the same rows in the same order", *[alike] * len(LOADED)])
    return f"{size:,} households: {many}{how}.\n\n{table(('', *LOADED), rows)}"


def says_alike(both: Sequence[Told]) -> str:
    """Whether all questions and neighbourhoods gave both stores the same rows."""
    if len(both) < len(LOADED):
        return NOTHING
    one, other = ((told["rows"], told["neighbourhood"]["digest"]) for told in both)
    return "yes" if one == other else "**NO**"


def one_step(name: str, of_store: Callable[[str], str]) -> Tell:
    """How to read the seconds of one step of a store's measurement."""

    def tell(told: Mapping[str, Told], store: str) -> str:
        steps = told.get(of_store(store), {"steps": []})["steps"]
        return next((seconds(step) for step in steps if step["step"] == name), NOTHING)

    return tell


def finding(finds: str) -> Tell:
    """How to read all questions that find one thing: the first time, and again."""

    def tell(told: Mapping[str, Told], store: str) -> str:
        of_store = told.get(store, {"steps": [], "rows": {}})
        asked = [step for step in of_store["steps"] if step.get("finds") == finds]
        first, again = (
            sum(step["wall"] for step in asked if step["again"] is late) for late in (False, True)
        )
        return f"{short(first)} s, again {short(again)} s" if asked else NOTHING

    return tell


def rows_found(told: Mapping[str, Told], store: str) -> str:
    """How many rows all questions gave, and which gave none because they failed."""
    found = told.get(store, {"rows": {}})["rows"]
    failed = [name for name, rows in found.items() if "failed" in rows]
    lost = f"; failed: {', '.join(failed)}" if failed else ""
    return f"{sum(r.get('rows', 0) for r in found.values()):,}{lost}" if found else NOTHING


def neighbourhood(told: Mapping[str, Told], store: str) -> str:
    """One household's members, kin, rolls, rights and payments."""
    if store not in told:
        return NOTHING
    spread = told[store]["neighbourhood"]
    return f"p50 {spread['p50_ms']:.2f} ms, p99 {spread['p99_ms']:.2f} ms"


def mib(name: str) -> Tell:
    """How to read a number of MiB, from the measurement that has it."""

    def tell(told: Mapping[str, Told], store: str) -> str:
        found = (told.get(each, {}).get(name) for each in (store, LOADED[store]))
        return next((f"{number:,} MiB" for number in found if number is not None), NOTHING)

    return tell


def a_person(told: Mapping[str, Told], store: str) -> str:
    """The memory by person."""
    people = next((each["people"] for each in told.values() if "people" in each), None)
    held = told.get(store, {}).get("held_mib")
    return f"{held * 1024 / people:.1f} KiB" if held and people else NOTHING


def loads(told: Mapping[str, Told], store: str) -> str:
    """How busy the machine was."""
    return str(told[store]["load"]) if store in told else NOTHING


ROWS: Final[dict[str, Tell]] = {
    "first load (embedded: build and save; Neo4j: offline importer, start, constraints)": one_step(
        "load", lambda store: LOADED[store]
    ),
    "first load over Bolt": one_step("load", lambda store: f"{store} over Bolt"),
    "first read": one_step("open", lambda store: store),
    **{f"all questions that find {says}": finding(finds) for finds, says in FINDS.items()},
    "rows that they give": rows_found,
    "one household: members, kin, rolls, rights, payments": neighbourhood,
    "memory, after all of this": mib("held_mib"),
    "the same, a person": a_person,
    "on disk": mib("disk_mib"),
    "load": loads,
}
