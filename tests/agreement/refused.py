"""What nobody may answer: packs spoilt in one word, and questions that no pack would ask."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ontology.errors import PolicyError, UnsupportedError
from ontology.expression import Compare, Expression, Is
from ontology.pack import check_pack
from ontology.to_cypher import to_cypher
from ontology.vocabulary import Item

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ontology.pack import Pack

SPOILT: Final = {
    "an empty list": (
        "programmes/programmes.ttl",
        "owl:intersectionOf ( ev:poor ev:withinLine ev:noEarner )",
        "owl:intersectionOf ( )",
    ),
    "a word that is not there": (
        "programmes/households.ttl",
        "onProperty ev:rent ;",
        "onProperty ev:rnt ;",
    ),
    "a value instead of an unknown, and no reading": (
        "vocabulary.ttl",
        '  ag:reading "没有登记在校的',
        '  skos:note "没有登记在校的',
    ),
}
ASKED: Final[dict[str, Expression]] = {
    "a fact of another unit": Compare("earnings", "<", Decimal(1)),
    "a word that would have to be quoted": Is("a`b", value=True),
}


def accepted(folder: Path, into: Path) -> list[str]:
    """The spoilt packs in which no fault is found."""
    found = []
    for number, (name, (file, old, new)) in enumerate(SPOILT.items()):
        copy = into / str(number)
        shutil.copytree(folder, copy)
        text = (copy / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old}: {text.count(old)}"
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
        if not check_pack(copy)[1]:
            found.append(name)
    return found


def put(pack: Pack, on: date) -> list[str]:
    """The questions that are put to a graph though its pack has no such fact of a household."""
    odd = Item(name="a`b", unit_of="household", datatype="boolean", label={})
    words = replace(pack.vocabulary, items={**pack.items, "a`b": odd})
    found = []
    for name, expression in ASKED.items():
        versions = (replace(pack.classes["ended"][0], expression=expression, valid_until=None),)
        asking = replace(pack, vocabulary=words, classes={**pack.classes, "ended": versions})
        try:
            to_cypher(asking, "ended", on)
        except (PolicyError, UnsupportedError):
            continue
        found.append(name)
    return found
