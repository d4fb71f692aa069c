"""Patterns and comparisons that one store lacks or takes to mean something else."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from cypher.portable_words import after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cypher.guard import Token

    Found = Iterator[Token]

BOUNDED: Final = re.compile(r"^\*(?:\d*\.\.)?\d+$")
AGGREGATES: Final = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT"})
CLAUSES: Final = frozenset({"LIMIT", "SKIP", "WITH", "RETURN", "MATCH", "CALL", "WHERE", "UNWIND"})
ANEW: Final = frozenset(
    {"AND", "OR", "XOR", "NOT", "THEN", "ELSE", "WHEN", "WHERE", "AS", *CLAUSES}
)
ORDERS: Final = ("<", ">")


def unequal(tokens: Sequence[Token]) -> Found:
    """The sign `!=`."""
    return (t for at, t in enumerate(tokens) if t.text == "!" and after(tokens, at) == "=")


def label_algebra(tokens: Sequence[Token]) -> Found:
    """Labels joined by `&` or denied by `!`."""
    for at, token in enumerate(tokens):
        if token.text == "&" or (token.text == "!" and after(tokens, at) != "="):
            yield token


def quantified_paths(tokens: Sequence[Token]) -> Found:
    """A pattern in brackets with how often it goes on."""
    for at, token in enumerate(tokens):
        number = after(tokens, at, 2)
        if (
            token.text == ")"
            and after(tokens, at) == "{"
            and number[:1] in "0123456789,"
            and number
        ):
            yield tokens[at + 1]


def collected_queries(tokens: Sequence[Token]) -> Found:
    """`COLLECT { … }`, and a RETURN in `COUNT { … }`."""
    counting: list[bool] = []
    for at, token in enumerate(tokens):
        if token.text == "{":
            counting.append(after(tokens, at, -1).upper() == "COUNT")
        elif token.text == "}" and counting:
            counting.pop()
        if token.word == "COLLECT" and after(tokens, at) == "{":
            yield token
        if token.word == "RETURN" and counting and counting[-1]:
            yield token


def inner_where(tokens: Sequence[Token]) -> Found:
    """A WHERE within the brackets of a node or an edge; lists have an IN before it."""
    listed: list[bool] = []
    for token in tokens:
        if token.text in ("(", "[", "{"):
            listed.append(token.text == "{")
        elif token.text in (")", "]", "}") and listed:
            listed.pop()
        elif token.word == "IN" and listed:
            listed[-1] = True
        elif token.word == "WHERE" and listed and not listed[-1]:
            yield token


def counted_patterns(tokens: Sequence[Token]) -> Found:
    """`size((h)-[:R]->())`."""
    for at, token in enumerate(tokens):
        if token.word == "SIZE" and after(tokens, at) + after(tokens, at, 2) == "((":
            yield token


def endless_paths(tokens: Sequence[Token]) -> Found:
    """A path whose longest length is no number."""
    for at, token in enumerate(tokens):
        if token.text != "[" or after(tokens, at, -1) != "-":
            continue
        inside = list(takewhile(lambda piece: piece.text not in ("]", "{"), tokens[at + 1 :]))
        star = next((n for n, piece in enumerate(inside) if piece.text == "*"), None)
        if star is not None and not BOUNDED.match("".join(p.text for p in inside[star:])):
            yield inside[star]


def chains(tokens: Sequence[Token]) -> Found:
    """`1 < x < 3`: a second comparison of what the first one compared with."""
    open_one = False
    for at, token in enumerate(tokens):
        if token.word in ANEW or token.text in (",", "(", ")", "[", "]", "{", "}", "|"):
            open_one = False
        elif token.text in ORDERS and not _arrow(tokens, at):
            if open_one:
                yield token
            open_one = True


def _arrow(tokens: Sequence[Token], at: int) -> bool:
    """Whether the sign is the head of an edge."""
    ends = {"<": after(tokens, at), ">": after(tokens, at, -1)}
    return ends[tokens[at].text] == "-" or (tokens[at].text == ">" and after(tokens, at, -1) == "<")


def sorted_aggregates(tokens: Sequence[Token]) -> Found:
    """An aggregate in ORDER BY."""
    sorting = False
    for at, token in enumerate(tokens):
        if token.word == "BY" or token.word in CLAUSES:
            sorting = token.word == "BY"
        elif sorting and token.word in AGGREGATES and after(tokens, at) == "(":
            yield token
