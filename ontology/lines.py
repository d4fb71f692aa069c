"""Where a word stands in a Turtle text: rdflib keeps no line numbers."""

from __future__ import annotations

import re


def line_of(text: str, word: str, after: int = 1) -> int:
    """The line in which a word (the local name of an IRI) is described, else first named.

    Only lines from `after` on are looked at; 0 where the word does not stand in any.
    """
    name = rf"(?:[\w-]*:|[#/]){re.escape(word)}(?![\w-])"
    lines = text.splitlines()[after - 1 :]
    for pattern in (rf"^(?:<[^>]*)?{name}", rf"(?<![\w-]){name}"):
        for number, line in enumerate(lines, start=after):
            if re.search(pattern, without_comment(line)):
                return number
    return 0


def without_comment(line: str) -> str:
    """A line up to the `#` that begins a comment: one at the start or after a space."""
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]
