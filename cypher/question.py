"""Audit questions: `.cypher` files whose header says what is asked, found and by which law."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

CORE: Final = Path(__file__).parent
LANGUAGES: Final = ("zh", "en")
Finds = Literal["gap", "duplicate", "suspicion"]

# `// law: A, B` goes on in `//      C` lines; a word and a colon begin the next field.
FIELD: Final = re.compile(r"^//\s*(?P<field>[a-z_]+(?:\.zh)?):\s*(?P<says>.*)$")
MORE: Final = re.compile(r"^//\s*(?P<says>.*)$")
FIELDS: Final = (
    *("asks", "asks.zh", "label", "label.zh", "finds", "key", "evidence"),
    *("law", "needs", "complete", "parameters"),
)


class QuestionError(ValueError):
    """A question file that cannot be asked; the text names file, fault and way out."""


@dataclass(frozen=True, slots=True)
class Question:
    """One audit question.

    `key` tells one finding from another, `evidence` are the columns that a conclusion binds to,
    `needs` the record kinds (`a|b`: one of them) without which nothing was checked, `complete`
    those that must be whole for a region before an absence there means anything.
    """

    name: str
    asks: Mapping[str, str]
    label: Mapping[str, str]
    finds: Finds
    key: tuple[str, ...]
    evidence: tuple[str, ...]
    law: tuple[str, ...]
    needs: tuple[str, ...]
    complete: tuple[str, ...]
    parameters: tuple[str, ...]
    text: str
    file: Path


def questions(*folders: Path) -> dict[str, Question]:
    """Every question by name, those of the later folders beside or instead of the earlier ones.

    A file that holds a header and no query refines the question of the same name: a jurisdiction
    adds its words and its articles and keeps the query.
    """
    found: dict[str, Question] = {}
    for folder in folders or (CORE,):
        for file in sorted(folder.glob("*.cypher")):
            found[file.stem] = read_question(file, found.get(file.stem))
    return found


def read_question(file: Path, base: Question | None = None) -> Question:
    """The question in a file; what its header leaves out comes from the base, if there is one."""
    text = file.read_text(encoding="utf-8")
    header = _header(text, file)
    if base is not None and not _query(text):
        return _refined(base, header, file)
    lacking = [field for field in ("asks", "asks.zh", "finds", "key") if not header.get(field)]
    if lacking:
        raise QuestionError(f"{file}:1: the header lacks `{'`, `'.join(lacking)}`.")
    if not _query(text):
        raise QuestionError(f"{file}:1: no query, and no question of this name to refine.")
    return Question(
        name=file.stem,
        asks=_both(header, "asks"),
        label=_both({"label": header["asks"], "label.zh": header["asks.zh"], **header}, "label"),
        finds=_finds(header["finds"], file),
        key=_words(header["key"]),
        evidence=_words(header.get("evidence", "")),
        law=_words(header.get("law", "")),
        needs=_words(header.get("needs", "")),
        complete=_words(header.get("complete", "")),
        parameters=_words(header.get("parameters", "")),
        text=text,
        file=file,
    )


def _refined(base: Question, header: Mapping[str, str], file: Path) -> Question:
    says = {
        "asks": base.asks["en"],
        "asks.zh": base.asks["zh"],
        "label": base.label["en"],
        "label.zh": base.label["zh"],
        **header,
    }
    kept = sorted(set(header) - {"asks", "asks.zh", "label", "label.zh", "law"})
    if kept:
        raise QuestionError(
            f"{file}:1: a file without a query refines only asks, label and law, not `{kept[0]}`."
        )
    return replace(
        base,
        asks=_both(says, "asks"),
        label=_both(says, "label"),
        law=tuple(dict.fromkeys((*base.law, *_words(header.get("law", ""))))),
    )


def _header(text: str, file: Path) -> dict[str, str]:
    """The fields of the comment lines that open the file."""
    fields: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("//"):
            break
        if (start := FIELD.match(line)) is not None:
            last = start["field"]
            if last not in FIELDS:
                known = ", ".join(FIELDS)
                raise QuestionError(f"{file}:{number}: no field `{last}`. Known: {known}.")
            fields[last] = start["says"].strip()
        elif last and (more := MORE.match(line)) is not None:
            fields[last] = f"{fields[last]} {more['says'].strip()}".strip()
    return fields


def _query(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("//")).strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _both(header: Mapping[str, str], field: str) -> Mapping[str, str]:
    return MappingProxyType({"zh": header[f"{field}.zh"], "en": header[field]})


def _finds(word: str, file: Path) -> Finds:
    if word not in get_args(Finds):
        known = ", ".join(get_args(Finds))
        raise QuestionError(f"{file}:1: finds `{word}`. Say one of: {known}.")
    return cast("Finds", word)
