"""Find what one store lacks, or takes to mean something else, in Cypher that must run on both.

Each rule was measured on a real Neo4j and on the embedded store. A checker of our own files: what
it cannot tell from the text alone (a division by nothing, two kinds of dates) the tests must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cypher import portable_patterns as patterns
from cypher import portable_words as words
from cypher.guard import TOKEN, Token
from cypher.portable_chains import begun_far
from cypher.portable_clauses import (
    collects_unordered,
    ends_unordered,
    mixes_aggregates,
    names_nothing,
    returns_graph_things,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Slip:
    """One place that does not say the same to both stores."""

    line: int
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A construct: how it is called, why it is not written, where it is in a text."""

    name: str
    says: str
    found: Callable[[Sequence[Token]], Iterator[Token]]


def check_files(*files: Path) -> list[str]:
    """Every slip of these files as `file:line: name: why`, in order."""
    return [
        f"{file}:{slip.line}: {slip.name}: {slip.says}"
        for file in files
        for slip in slips(file.read_text(encoding="utf-8"))
    ]


def slips(text: str) -> list[Slip]:
    """The slips of one query by line; none in a text that is a header alone."""
    tokens = list(pieces(text))
    found = [
        (token.at, Slip(text.count("\n", 0, token.at) + 1, rule.name, says_of(rule, token)))
        for rule in RULES
        for token in rule.found(tokens)
    ]
    return [slip for _, slip in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


def pieces(text: str) -> Iterator[Token]:
    """What both engines read; a sign that neither knows is a piece as well."""
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        kind = (match.lastgroup if match else None) or "stranger"
        piece = match.group() if match else text[at]
        if kind not in ("space", "comment"):
            yield Token(kind, piece, at)
        at += len(piece)


def says_of(rule: Rule, token: Token) -> str:
    """Why, where the reason goes with the word."""
    if rule.says:
        return rule.says
    return f"`{token.text}` {words.FUNCTIONS.get(token.text.lower()) or words.WORDS[token.word]}"


RULES: Final = (
    Rule("function", "", words.functions),
    Rule("clause", "", words.clauses),
    Rule("procedure", "Only `CALL { … }` and `CALL (x) { … }` run on both.", words.procedures),
    Rule(
        "second statement",
        "One statement to a file, of signs that Cypher has.",
        words.second_statements,
    ),
    Rule(
        "plug-in", "Is there only where somebody installed it: write it in Cypher.", words.plug_ins
    ),
    Rule(
        "mixed aggregate",
        "An error on Neo4j: give the property a column of its own, or aggregate it.",
        mixes_aggregates,
    ),
    Rule("unequal", "`!=` is an error on Neo4j: write `<>`.", patterns.unequal),
    Rule(
        "label algebra",
        "`&` and `!` are in Neo4j alone: write AND, NOT in WHERE.",
        patterns.label_algebra,
    ),
    Rule(
        "date as text",
        "A date in quotes equals no date on Neo4j: use a parameter.",
        words.dates_as_text,
    ),
    Rule(
        "duration part",
        "Months of a duration are 0 on kglite: count in Python.",
        words.durations_by_part,
    ),
    Rule(
        "made-up property", "kglite answers this where a node has none: rename it.", words.phantoms
    ),
    Rule("whole node", "All properties are more on kglite: name each.", words.projections),
    Rule("whole node", "Name every column: `*` brings whole nodes.", words.everything),
    Rule(
        "whole node", "A node, an edge or a path differs: return properties.", returns_graph_things
    ),
    Rule(
        "begun far",
        "Looks through all nodes of the first label for each row: begin at the node in hand.",
        begun_far,
    ),
    Rule("endless path", "Ends at 10 on kglite: write `*1..5`.", patterns.endless_paths),
    Rule("quantified path", "Is in Neo4j alone: write `-[:R*1..5]->`.", patterns.quantified_paths),
    Rule("collected query", "Is in Neo4j alone: use WITH … collect().", patterns.collected_queries),
    Rule("inner WHERE", "Is in Neo4j alone: put it after the pattern.", patterns.inner_where),
    Rule("counted pattern", "Is in kglite alone: write COUNT { … }.", patterns.counted_patterns),
    Rule("chained comparison", "Is in Neo4j alone: write both, with AND.", patterns.chains),
    Rule("bare letters", "Need backticks on kglite.", words.bare_letters),
    Rule("spaced number", "Is in Neo4j alone: write the digits together.", words.spaced_numbers),
    Rule(
        "sorted aggregate",
        "Is in Neo4j alone: name it with AS, sort by the name.",
        patterns.sorted_aggregates,
    ),
    Rule("no name", "Every column needs AS: unnamed ones differ, or fail.", names_nothing),
    Rule("no order", "Rows come as they please: end with ORDER BY.", ends_unordered),
    Rule(
        "no order", "What collect() gathers comes as it pleases: sort before.", collects_unordered
    ),
)
