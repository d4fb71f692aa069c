"""Small mistakes put into the language and the matcher one at a time: a test must notice each.

`python -m tests.mutants [NAME …]` tries them in copies of the checkout and prints killed or
survived; it exits with 1 if one survived. Nothing of the checkout is changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LEFT_OUT: Final = (".venv", ".git", ".*_cache", "__pycache__", "var", "docs", "dashboards", "*.db")
COPIES: Final = 2
SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in a file, a text that stands there once becomes another."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FRAME: Final = ("tests/ontology/test_to_frame.py",)
EVALUATE: Final = ("tests/ontology/test_evaluate.py",)
MISSING: Final = ("tests/ontology/test_missing.py",)
FROM_OWL: Final = ("tests/ontology/test_from_owl.py",)
FORMULA: Final = ("tests/ontology/test_formula.py",)
SIMPLIFY: Final = ("tests/ontology/test_simplify.py",)
CHINA: Final = ("tests/ontology/test_china.py",)
COMPATIBILITY: Final = ("tests/matching/test_compatibility.py",)
COMPLETENESS: Final = ("tests/matching/test_completeness.py",)
ENROLMENT: Final = ("tests/matching/test_enrolment.py",)
CYPHER: Final = ("tests/ontology/test_to_cypher.py",)
CYPHER_NUMBERS: Final = ("tests/ontology/test_cypher_compare.py",)
CYPHER_PLACES: Final = ("tests/ontology/test_cypher_places.py",)
GRAPH_COLUMNS: Final = ("tests/ontology/test_graph_columns.py",)

MUTANTS: Final = (
    Mutant("lower becomes at most", "ontology/compare.py", "column < up", "column <= up", FRAME),
    Mutant(
        "at most becomes lower",
        "ontology/compare.py",
        'column <= down\n        case ">"',
        'column < down\n        case ">"',
        FRAME,
    ),
    Mutant(
        "an interval is judged by its near end",
        "ontology/compare.py",
        "return settled(high, ~low)",
        "return settled(low, ~low)",
        FRAME,
    ),
    Mutant(
        "a ratio's limit is not multiplied across",
        "ontology/compare.py",
        '__num", bottom, table)',
        '__num", 1, table)',
        FRAME,
    ),
    Mutant(
        "a great ratio wraps in 64 bits",
        "ontology/compare.py",
        "most * abs(factor) > MOST",
        "most < 0",
        FRAME,
    ),
    Mutant(
        "a dropped conjunct",
        "ontology/to_frame.py",
        "reduce(and_, (to_narwhals(part, unit, work) for part in inner))",
        "reduce(and_, (to_narwhals(part, unit, work) for part in inner[:1]))",
        FRAME,
    ),
    Mutant(
        "or becomes and",
        "ontology/to_frame.py",
        "reduce(or_, (to_narwhals",
        "reduce(and_, (to_narwhals",
        FRAME,
    ),
    Mutant(
        "an unknown member becomes no",
        "ontology/to_frame.py",
        'columns[f"{i}?"] = holds | fails',
        'columns[f"{i}?"] = holds | ~holds',
        FRAME,
    ),
    Mutant(
        "an unknown roster is closed",
        "ontology/to_frame.py",
        "return truth(table[role.closed])",
        "return possible(table[role.closed])",
        FRAME,
    ),
    Mutant(
        "every roster is closed",
        "ontology/to_frame.py",
        "closed & (most < more)",
        "(most < more)",
        FRAME,
    ),
    Mutant(
        "some becomes only",
        "ontology/to_frame.py",
        "return True, 1, part",
        "return False, 0, Not(part)",
        FRAME,
    ),
    Mutant(
        "only forgets its not",
        "ontology/to_frame.py",
        "return False, 0, Not(part)",
        "return False, 0, part",
        FRAME,
    ),
    Mutant(
        "who has no household takes the first",
        "ontology/to_frame.py",
        "at = at.set(at < 0, None)",
        "at = at.set(at < 0, 0)",
        FRAME,
    ),
    Mutant(
        "an owner without rows takes a neighbour's",
        "ontology/members.py",
        "result[rows.present] = UFUNCS",
        "result[: len(rows.present)] = UFUNCS",
        FRAME,
    ),
    Mutant(
        "max 0 is lost to a false literal",
        "ontology/from_owl.py",
        "            if value is not None:\n                return value",
        "            if value:\n                return value",
        FROM_OWL,
    ),
    Mutant(
        "an empty list is let through",
        "ontology/from_owl.py",
        "if head == RDF.nil:",
        "if head is None:",
        FROM_OWL,
    ),
    Mutant(
        "a facet is strict",
        "ontology/from_owl.py",
        'XSD.minInclusive: ">="',
        'XSD.minInclusive: ">"',
        FROM_OWL,
    ),
    Mutant(
        "an unknown property is named all the same",
        "ontology/from_owl.py",
        "raise PolicyError(*dict.fromkeys(reader.faults))",
        "return tree",
        FROM_OWL,
    ),
    Mutant(
        "not not A becomes not A",
        "ontology/simplify.py",
        "case Not(Not(part)):",
        "case Not(Not(_) as part):",
        SIMPLIFY,
    ),
    Mutant(
        "anything may COALESCE",
        "ontology/formula_parser.py",
        "if not self.reading:",
        "if False:",
        FORMULA,
    ),
    Mutant(
        "an unknown filter counts as no",
        "ontology/aggregates.py",
        "counted(rows.groups, possible(where))",
        "low",
        EVALUATE,
    ),
    Mutant(
        "a count of an incomplete kind is what is there",
        "ontology/aggregates.py",
        "closed = is_closed(role, work.rows[unit])",
        "closed = ~no_row(work.rows[unit].height)",
        EVALUATE,
    ),
    Mutant(
        "members' records are whole if the roster is",
        "ontology/aggregates.py",
        "members.closed & ~gaps",
        "members.closed",
        EVALUATE,
    ),
    Mutant(
        "the sum of an unknown is 0",
        "ontology/aggregates.py",
        "if not column.null_count():",
        "if len(column):",
        EVALUATE,
    ),
    Mutant(
        "a comparison of numbers is inclusive", "ontology/exact.py", '"<": lt', '"<": le', EVALUATE
    ),
    Mutant(
        "a nested ratio forgets its own denominator",
        "ontology/exact.py",
        "bottom = b.top if a.bottom is None else product(a.bottom, b.top)",
        "bottom = b.top",
        EVALUATE,
    ),
    Mutant(
        "CASE on an unknown takes ELSE",
        "ontology/exact.py",
        "return pl.when(sure).then(value)",
        "return value",
        EVALUATE,
    ),
    Mutant(
        "GREATEST passes over an unknown",
        "ontology/exact.py",
        "reduce(lambda a, b: pl.when(a >= b).then(a).when(a < b).then(b), columns)",
        "pl.max_horizontal(columns)",
        EVALUATE,
    ),
    Mutant(
        "rounding up goes down",
        "ontology/exact.py",
        "return (top + safe - 1) // safe",
        "return top // safe",
        EVALUATE,
    ),
    Mutant(
        "at least n is n",
        "ontology/exact.py",
        "high = pl.when(top.high.is_not_null()).then(top.high)",
        "high = low",
        EVALUATE,
    ),
    Mutant(
        "a year older a day late",
        "ontology/formula_frame.py",
        "(day > as_of.month * 100 + as_of.day)",
        "(day >= as_of.month * 100 + as_of.day)",
        EVALUATE,
    ),
    Mutant(
        "an identity forgets the roll",
        "ontology/evaluate.py",
        "pl.coalesce(pl.col(name), enrolled)",
        "pl.col(name)",
        EVALUATE,
    ),
    Mutant(
        "the roll outlives a refutation",
        "ontology/evaluate.py",
        "pl.coalesce(pl.col(name), enrolled)",
        "pl.coalesce(enrolled, pl.col(name))",
        EVALUATE,
    ),
    Mutant(
        "a stated ratio forgets the heads",
        "ontology/stated.py",
        '__num") * size * factor',
        '__num") * factor',
        EVALUATE,
    ),
    Mutant(
        "the widest place wins",
        "ontology/places.py",
        "or narrower(versions[number], versions[best], regions)",
        "or narrower(versions[best], versions[number], regions)",
        EVALUATE,
    ),
    Mutant(
        "a version begins a day late",
        "ontology/places.py",
        "version.valid_from <= on",
        "version.valid_from < on",
        EVALUATE,
    ),
    Mutant(
        "a version ends a day late",
        "ontology/places.py",
        "on < version.valid_until",
        "on <= version.valid_until",
        EVALUATE,
    ),
    Mutant(
        "what cannot matter is asked for",
        "ontology/missing.py",
        "self.expression(part, unit, at.where(flags))",
        "self.expression(part, unit, at)",
        MISSING,
    ),
    Mutant(
        "a missing standard is not named",
        "ontology/missing.py",
        "            self.standards(item, unit, at)\n        elif",
        "            pass\n        elif",
        MISSING,
    ),
    Mutant(
        "a standard begins a day late",
        "ontology/standards.py",
        "self.valid_from <= on",
        "self.valid_from < on",
        CHINA,
    ),
    Mutant(
        "a standard ends a day late",
        "ontology/standards.py",
        "on < self.valid_until",
        "on <= self.valid_until",
        CHINA,
    ),
    Mutant(
        "a source covers a window it began in",
        "matching/completeness.py",
        'pl.col("from") <= start',
        'pl.col("from") <= self.as_of',
        COMPLETENESS,
    ),
    Mutant(
        "a source ends a day early",
        "matching/completeness.py",
        'pl.col("until") >= self.as_of',
        'pl.col("until") > self.as_of',
        COMPLETENESS,
    ),
    Mutant(
        "a refused row opens nothing",
        "matching/completeness.py",
        'people.is_in(rows["person"].implode())',
        'people.is_in(rows["person"].clear().implode())',
        COMPLETENESS,
    ),
    Mutant(
        "an enrolment holds on the day it ends",
        "matching/enrolment.py",
        'pl.col("enrolled_until") > as_of',
        'pl.col("enrolled_until") >= as_of',
        ENROLMENT,
    ),
    Mutant(
        "the loser wins",
        "matching/compatibility.py",
        '        case "exclude":\n            b.lose(both, index)',
        '        case "exclude":\n            a.lose(both, index)',
        COMPATIBILITY,
    ),
    Mutant(
        "a top-up falls below nothing",
        "matching/compatibility.py",
        "np.maximum(b.amount - amount * mine // other, 0)[both]",
        "(b.amount - amount * mine // other)[both]",
        COMPATIBILITY,
    ),
    Mutant(
        "an unknown amount displaces",
        "matching/compatibility.py",
        "both = both & known & b.known",
        "both = both & b.known",
        COMPATIBILITY,
    ),
    Mutant(
        "the graph: or becomes and",
        "ontology/to_cypher.py",
        'joined(" OR ", [kleene',
        'joined(" AND ", [kleene',
        CYPHER,
    ),
    Mutant(
        "the graph: an unknown member is none",
        "ontology/to_cypher.py",
        "any(t IN {truths} WHERE t)",
        "any(t IN {truths} WHERE coalesce(t, false))",
        CYPHER,
    ),
    Mutant(
        "the graph: every roster is closed",
        "ontology/to_cypher.py",
        'WHERE t) OR CASE WHEN {closed} THEN false END)"',
        'WHERE t))"',
        CYPHER,
    ),
    Mutant(
        "the graph: an open list has an end",
        "ontology/to_cypher.py",
        "WHEN {closed} AND size",
        "WHEN size",
        CYPHER,
    ),
    Mutant(
        "the graph: an unknown member cannot count",
        "ontology/to_cypher.py",
        "coalesce(t, true)",
        "t",
        CYPHER,
    ),
    Mutant(
        "the graph: at most n is less than n",
        "ontology/to_cypher.py",
        "wanted = number if least else number + 1",
        "wanted = number or 1",
        CYPHER,
    ),
    Mutant(
        "the graph: who left today still counts",
        "ontology/to_cypher.py",
        "{edge}.until > {on}",
        "{edge}.until >= {on}",
        CYPHER,
    ),
    Mutant(
        "the graph: who came today does not count",
        "ontology/to_cypher.py",
        "{edge}.since <= {on}",
        "{edge}.since < {on}",
        CYPHER,
    ),
    Mutant(
        "the graph: an identity forgets the roll",
        "ontology/to_cypher.py",
        "{enrolled} THEN true END)",
        "{enrolled} THEN null END)",
        CYPHER,
    ),
    Mutant(
        "the graph: the roll outlives a refutation",
        "ontology/to_cypher.py",
        "coalesce({truth}, CASE WHEN {enrolled} THEN true END)",
        "coalesce(CASE WHEN {enrolled} THEN true END, {truth})",
        CYPHER,
    ),
    Mutant(
        "the graph: a value stands in the text",
        "ontology/to_cypher.py",
        'name = "on" if isinstance(held, date) else f"p{len(self.parameters)}"',
        "return repr(held)",
        CYPHER,
    ),
    Mutant(
        "the graph: a word is not looked at",
        "ontology/cypher_text.py",
        "if not (word.isascii() and word.isidentifier()):",
        "if False:",
        CYPHER,
    ),
    Mutant(
        "the graph: a fact of another unit is read",
        "ontology/to_cypher.py",
        "if item is None or item.unit_of != row.unit:",
        "if item is None:",
        CYPHER,
    ),
    Mutant(
        "the graph: the widest place wins",
        "ontology/to_cypher.py",
        "key=around, reverse=True",
        "key=around",
        CYPHER_PLACES,
    ),
    Mutant(
        "the graph: an unknown place has the country's rule",
        "ontology/to_cypher.py",
        '[(f"{row.name}.region IS NULL", "null")]',
        "[]",
        CYPHER_PLACES,
    ),
    Mutant(
        "the graph: places inside the asked one are passed over",
        "ontology/to_cypher.py",
        "regions.within(place, region)",
        "regions.within(region, place)",
        CYPHER_PLACES,
    ),
    Mutant(
        "the graph: a limit between integers moves the wrong way",
        "ontology/cypher_compare.py",
        'up if operator in ("<", ">=") else down',
        'down if operator in ("<", ">=") else up',
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: an interval is judged by its near end",
        "ontology/cypher_compare.py",
        '(high, low) if operator in ("<", "<=") else (low, high)',
        '(low, high) if operator in ("<", "<=") else (high, low)',
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: a ratio is judged by one corner",
        "ontology/cypher_compare.py",
        "near = (high, least) if",
        "near = (low, least) if",
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: a limit below zero keeps the ends",
        "ontology/cypher_compare.py",
        "below if top >= 0 else reversed(below)",
        "below",
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: a great product is let through",
        "ontology/cypher_compare.py",
        "* abs(factor) > MOST",
        "* abs(factor) < 0",
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: a ratio's limit is not multiplied across",
        "ontology/cypher_compare.py",
        'else f"{column} * {value(factor)}"',
        "else column",
        CYPHER_NUMBERS,
    ),
    Mutant(
        "the graph: a sum has one end",
        "ontology/graph_columns.py",
        'function in {"COUNT", "SUM"}',
        'function == "COUNT"',
        GRAPH_COLUMNS,
    ),
    Mutant(
        "the graph: names and numbers reach it",
        "ontology/graph_columns.py",
        "item.sensitivity != IDENTITY",
        "item.sensitivity != ''",
        GRAPH_COLUMNS,
    ),
    Mutant(
        "the graph: rosters are left behind",
        "ontology/graph_columns.py",
        'if role == "has_member":',
        'if role == "member_of":',
        GRAPH_COLUMNS,
    ),
)


def main(names: list[str]) -> int:
    """Try the mutants (all, or those whose name holds one of the words); 1 if one survived."""
    chosen = [m for m in MUTANTS if not names or any(name in m.name for name in names)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            copy = Path(folder) / str(number)
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
            copies.put(copy)
        with ThreadPoolExecutor(COPIES) as pool:
            killed = sum(pool.map(lambda mutant: attempt(mutant, copies), chosen))
    took = time.monotonic() - began
    sys.stdout.write(f"{killed} of {len(chosen)} mutants killed  {took:.0f} s\n")
    return 0 if killed == len(chosen) else 1


def attempt(mutant: Mutant, copies: SimpleQueue[Path]) -> bool:
    """Whether the tests notice a mutant, in a copy that nobody else uses meanwhile."""
    copy = copies.get()
    began = time.monotonic()
    try:
        noticed = killed(mutant, copy)
    finally:
        copies.put(copy)
    word = "killed  " if noticed else "SURVIVED"
    sys.stdout.write(f"{word} {mutant.file}: {mutant.name}  {time.monotonic() - began:.1f} s\n")
    sys.stdout.flush()
    return noticed


def killed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails; the file is put back."""
    file = copy / mutant.file
    text = file.read_text(encoding="utf-8")
    file.write_text(mutated(mutant, text), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            [*command, "--hypothesis-seed=0", *mutant.tests],
            cwd=copy,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(text, encoding="utf-8")
    return done.returncode == FAILED


FAILED: Final = 1
"""What pytest returns when a test failed; anything else is no verdict."""


def mutated(mutant: Mutant, text: str) -> str:
    """The text with the mistake in it.

    Raises:
        ValueError: where the place is not there, or not once.
    """
    if text.count(mutant.old) != 1:
        says = f"{mutant.name}: `{mutant.old}` stands {text.count(mutant.old)} times"
        raise ValueError(f"{says} in {mutant.file}")
    return text.replace(mutant.old, mutant.new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
