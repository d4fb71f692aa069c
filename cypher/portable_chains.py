"""Chains of nodes that begin where nothing is known: a store looks through all nodes of a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cypher.portable_clauses import ENDS, alias, projections
from cypher.portable_words import after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cypher.guard import Token

LONG: Final = 3
"""A chain of so many nodes has a middle."""


def begun_far(tokens: Sequence[Token]) -> Iterator[Token]:
    """A chain of MATCH whose first node is not known, though one between its ends is.

    The embedded store follows a chain from its first node, or from its last: for each row that is
    in hand it would look through all nodes of the first one's label.
    """
    handed = {id(one.keyword): one.items for one in projections(tokens) if _with(one.keyword)}
    known = set[str]()
    for at, token in enumerate(tokens):
        if id(token) in handed:
            known = {alias(item) or item[-1].text for item in handed[id(token)]}
        elif after(tokens, at, -2) and tokens[at - 1].word == "AS":
            known.add(token.text)
        elif token.word == "MATCH":
            for chain in _chains(tokens, at + 1):
                names = [_name(tokens, node) for node in chain]
                ends = {names[0], names[-1]} if names else set()
                if len(chain) >= LONG and known & set(names[1:-1]) and not known & ends:
                    yield from () if _sought(tokens, chain[0]) else (tokens[chain[0]],)
                known |= set(filter(None, names))


def _with(token: Token) -> bool:
    return token.word == "WITH"


def _chains(tokens: Sequence[Token], start: int) -> Iterator[list[int]]:
    """The brackets that open the nodes of each chain of a clause."""
    depth, nodes = 0, list[int]()
    for at in range(start, len(tokens)):
        token = tokens[at]
        if depth == 0 and (token.word in ENDS or token.text == "}"):
            break
        if depth == 0 and token.text == ",":
            yield nodes
            nodes = []
        if depth == 0 and token.text == "(":
            nodes.append(at)
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
    yield nodes


def _name(tokens: Sequence[Token], node: int) -> str:
    """The variable of a node; nothing where it has none."""
    return tokens[node + 1].text if tokens[node + 1].kind == "word" else ""


def _sought(tokens: Sequence[Token], node: int) -> bool:
    """Whether a node is sought by its id."""
    inside = tokens[node : next(at for at in range(node, len(tokens)) if tokens[at].text == ")")]
    return any(t.text == "id" and after(inside, at) == ":" for at, t in enumerate(inside))
