"""The text of a formula to a tree that may be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot.errors import SqlglotError

from ontology.errors import PolicyError
from ontology.formula_parser import Parser
from ontology.formula_tree import Aggregate, Column, Formula, Node, Standard, walk

if TYPE_CHECKING:
    from ontology.vocabulary import Vocabulary


def parse(text: str, vocabulary: Vocabulary, unit: str, *, reading: bool = False) -> Formula:
    """The formula in a text; `reading`: it carries a stated reading of the law, so may COALESCE.

    Raises:
        PolicyError: with every unknown word, forbidden function and mismatch of types.
    """
    try:
        statement = sqlglot.parse_one(text)
    except SqlglotError as error:
        says = str(error).split(". Line")[0].splitlines()[0]
        raise PolicyError.saying(f"not a formula: `{text}` ({says})") from error
    parser = Parser(text, vocabulary, unit, reading=reading)
    root = parser.node(statement)
    if parser.faults:
        raise PolicyError(*dict.fromkeys(parser.faults))
    return Formula(text, unit, root, uses(root))


def uses(root: Node) -> frozenset[str]:
    """Every word that a formula depends on."""
    found: set[str] = set()
    for node in walk(root):
        match node:
            case Column(_, name):
                found.add(name)
            case Standard(parameter):
                found.add(f"std.{parameter}")
            case Aggregate(_, over):
                found.add(over)
            case _:
                pass
    return frozenset(found)
