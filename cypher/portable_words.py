"""Words, functions and values that one store lacks or takes to mean something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cypher.guard import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Found = Iterator[Token]

DATE: Final = re.compile(r"""^['"]\d{4}-\d\d(-\d\d)?(T.*)?['"]$""")
TEMPORAL: Final = frozenset({"DATE", "DATETIME", "LOCALDATETIME", "TIME", "LOCALTIME", "DURATION"})

# A function, or a word before a brace, and why it is not written here.
FUNCTIONS: Final[Mapping[str, str]] = {
    "id": "is a number of the store's own: use the property `id`.",
    "elementid": "is the store's own: use the property `id`.",
    "keys": "has further keys on kglite: name the properties.",
    "properties": "has further properties on kglite: name them.",
    "duration.between": "counts days alone on kglite: use duration.inDays, or count in Python.",
    "duration.inmonths": "is months on Neo4j alone: count months in Python.",
    "exists": "of a property is in neither store: say IS NOT NULL.",
    "percentilecont": "is in Neo4j alone: compute it in columns.",
    "percentiledisc": "is in Neo4j alone: compute it in columns.",
    "stdev": "of nothing is 0 on Neo4j and null on kglite: compute it in columns.",
    "stdevp": "is in Neo4j alone: compute it in columns.",
    "nullif": "is in Neo4j alone: write CASE.",
    "isempty": "is in Neo4j alone: compare size() with 0.",
    "tointegerornull": "is in Neo4j alone: toInteger gives null as well.",
    "tofloatornull": "is in Neo4j alone: toFloat gives null as well.",
    "tobooleanornull": "is in Neo4j alone: write CASE.",
    "tostringornull": "is in Neo4j alone: write CASE.",
    "point.distance": "is in Neo4j alone.",
    "round": "takes halves to another side on kglite: round in Python.",
    **dict.fromkeys(
        ("datetime", "localdatetime", "timestamp"),
        "compares with dates on kglite alone: the graph holds dates, use date.",
    ),
    "tostring": "writes floats in two ways: hand the value over, format it in Python.",
}
WORDS: Final[Mapping[str, str]] = {
    "SHORTEST": "is in Neo4j alone: use shortestPath in a pattern of its own.",
    "TRANSACTIONS": "is in Neo4j alone.",
    **dict.fromkeys(
        ("CREATE", "MERGE", "SET", "DELETE", "REMOVE", "FOREACH", "DROP"),
        "writes: a question reads.",
    ),
    **dict.fromkeys(("LOAD", "USE", "SHOW"), "reaches past the graph."),
}
# kglite answers these itself where a node has none of them.
PHANTOMS: Final = frozenset({"label", "name", "title", "type"})


def after(tokens: Sequence[Token], at: int, ahead: int = 1) -> str:
    """The text of a piece further on; nothing beyond the end."""
    return tokens[at + ahead].text if 0 <= at + ahead < len(tokens) else ""


def functions(tokens: Sequence[Token]) -> Found:
    """Calls of functions that are not alike."""
    for at, token in enumerate(tokens):
        if token.kind != "word" or after(tokens, at, -1) == ".":
            continue
        end, name = at, token.text
        while after(tokens, end) == "." and after(tokens, end, 2):
            name, end = f"{name}.{after(tokens, end, 2)}", end + 2
        if name.lower() in FUNCTIONS and after(tokens, end) == "(":
            yield Token("word", name, token.at)


def clauses(tokens: Sequence[Token]) -> Found:
    """Clauses that only one store has, or that a question has no business with."""
    for at, token in enumerate(tokens):
        if token.word in WORDS and after(tokens, at, -1) not in (".", ":", "|"):
            yield token


def procedures(tokens: Sequence[Token]) -> Found:
    """A CALL of anything but a subquery."""
    for at, token in enumerate(tokens):
        if token.word == "CALL" and after(tokens, at) not in ("(", "{"):
            yield token


def second_statements(tokens: Sequence[Token]) -> Found:
    """Whatever is no piece of one statement."""
    return (token for token in tokens if token.kind == "stranger")


def dates_as_text(tokens: Sequence[Token]) -> Found:
    """A date in quotes that no function makes a date."""
    for at, token in enumerate(tokens):
        made = after(tokens, at, -1) == "(" and after(tokens, at, -2).upper() in TEMPORAL
        if token.kind == "text" and DATE.match(token.text) and not made:
            yield token


def plug_ins(tokens: Sequence[Token]) -> Found:
    """Functions of what may be installed beside Neo4j."""
    for at, token in enumerate(tokens):
        if token.word in ("APOC", "GDS") and after(tokens, at) == "." != after(tokens, at, -1):
            yield token


def durations_by_part(tokens: Sequence[Token]) -> Found:
    """Months or years taken out of a duration."""
    for at, token in enumerate(tokens):
        if token.text in ("months", "years", "quarters", "weeks") and after(tokens, at, -1) == ".":
            yield token


def phantoms(tokens: Sequence[Token]) -> Found:
    """Properties that kglite makes up."""
    for at, token in enumerate(tokens):
        if token.text in PHANTOMS and after(tokens, at, -1) == "." and after(tokens, at) != "(":
            yield token


def projections(tokens: Sequence[Token]) -> Found:
    """`n {.*}`: all properties, the made up ones too."""
    for at, token in enumerate(tokens):
        if token.text == "{" and after(tokens, at) + after(tokens, at, 2) == ".*":
            yield token


def everything(tokens: Sequence[Token]) -> Found:
    """`RETURN *` and `WITH *`."""
    for at, token in enumerate(tokens):
        if token.text == "*" and after(tokens, at, -1).upper() in ("RETURN", "WITH", "DISTINCT"):
            yield token


def bare_letters(tokens: Sequence[Token]) -> Found:
    """Names in other letters than ASCII without backticks."""
    return (token for token in tokens if token.kind == "word" and not token.text.isascii())


def spaced_numbers(tokens: Sequence[Token]) -> Found:
    """`1_000`."""
    return (token for token in tokens if token.kind == "number" and "_" in token.text)
