"""Pieces of Cypher put together: truths joined, lines indented, words and names that may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ontology.cypher_compare import GRAPH
from ontology.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDE: Final = 80


def joined(word: str, texts: Sequence[str]) -> str:
    """Some truths with AND or OR between them."""
    if len(texts) == 1:
        return texts[0]
    if sum(map(len, texts)) < WIDE and not any("\n" in text for text in texts):
        return f"({word.join(texts)})"
    rest = (f"\n{word.lstrip()}{indent(text)}" for text in texts[1:])
    return f"({indent(texts[0])}{''.join(rest)})"


def indent(text: str) -> str:
    """The text, its later lines further in."""
    return text.replace("\n", "\n  ")


def plain(word: str) -> str:
    """A word that may stand in the text as it is.

    Raises:
        UnsupportedError: where it would have to be quoted.
    """
    if not (word.isascii() and word.isidentifier()):
        raise UnsupportedError(
            f"the name `{word}`", store=GRAPH, instead="Name it in letters, digits and `_`."
        )
    return word


def settled(text: str, row: str, held: dict[str, dict[str, str]]) -> str:
    """The text with the identities of a row that it names: written out, or bound to a name.

    `held` has the truth of each by row and by the token that stands for it, and gives it up.

    What stands there more than once is bound by a list of one, so that it is written and asked
    once; an identity may rest on those found before it.
    """
    for number, (token, truth) in reversed([*enumerate(held.pop(row, {}).items())]):
        if text.count(token) == 1:
            text = text.replace(token, truth)
        elif token in text:
            name = f"{row}_{number}"
            text = f"head([{name} IN [{truth}] | {text.replace(token, name)}])"
    return text
