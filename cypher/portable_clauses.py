"""What WITH and RETURN hand on: names, order, and whole nodes where properties are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cypher.guard import Token

CLAUSES: Final = frozenset(
    {"MATCH", "OPTIONAL", "WITH", "RETURN", "UNWIND", "CALL", "UNION", "WHERE"}
)
ENDS: Final = frozenset({"ORDER", "SKIP", "LIMIT", *CLAUSES})
AGGREGATES: Final = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT"})
LISTS: Final = frozenset({"COLLECT", "HEAD", "LAST", "NODES", "RELATIONSHIPS", "DISTINCT", "TAIL"})


@dataclass(frozen=True, slots=True)
class Projection:
    """A WITH or RETURN: its items, whether it sorts, and what stands right before it."""

    keyword: Token
    items: tuple[tuple[Token, ...], ...]
    sorts: bool
    depth: int
    after_sorting: bool


def projections(tokens: Sequence[Token]) -> Iterator[Projection]:
    """Every WITH and RETURN, in order."""
    sorting = False
    for at, token, depth in levels(tokens):
        if token.word in ("MATCH", "UNWIND", "UNION"):
            sorting = False
        if token.word not in ("WITH", "RETURN") or _says_starts_with(tokens, at):
            continue
        items, end = _items(tokens, at + 1)
        sorts = end < len(tokens) and tokens[end].word == "ORDER"
        yield Projection(token, items, sorts, depth, sorting)
        sorting = sorts


def _says_starts_with(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].word in ("STARTS", "ENDS")


def levels(tokens: Sequence[Token]) -> Iterator[tuple[int, Token, int]]:
    """Each piece with how many braces it stands in."""
    depth = 0
    for at, token in enumerate(tokens):
        depth -= token.text == "}"
        yield at, token, depth
        depth += token.text == "{"


def _items(tokens: Sequence[Token], start: int) -> tuple[tuple[tuple[Token, ...], ...], int]:
    """The parts between commas, up to what ends the clause."""
    items: list[tuple[Token, ...]] = []
    current: list[Token] = []
    depth, at = 0, start
    while at < len(tokens):
        token = tokens[at]
        if depth == 0 and (token.word in ENDS or token.text == "}"):
            break
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if depth == 0 and token.text == ",":
            items.append(tuple(current))
            current = []
        else:
            current.append(token)
        at += 1
    return tuple(item for item in (*items, tuple(current)) if item), at


def alias(item: Sequence[Token]) -> str:
    """The name after AS; nothing where there is none."""
    return item[-1].text if len(item) > 2 and item[-2].word == "AS" else ""  # noqa: PLR2004


def value(item: Sequence[Token]) -> tuple[Token, ...]:
    """The item without its name."""
    return tuple(item[:-2] if alias(item) else item)


def names_nothing(tokens: Sequence[Token]) -> Iterator[Token]:
    """A column of RETURN without AS; in WITH one that is more than a variable."""
    for clause in projections(tokens):
        for item in clause.items:
            told = [token for token in item if token.word != "DISTINCT"]
            plain = clause.keyword.word == "WITH" and len(told) == 1
            if not alias(item) and not plain and told[0].text != "*":
                yield item[0]


def ends_unordered(tokens: Sequence[Token]) -> Iterator[Token]:
    """The last RETURN, where nothing sorts its rows."""
    last = [clause for clause in projections(tokens) if clause.keyword.word == "RETURN"]
    outer = [clause for clause in last if clause.depth == 0]
    if outer and not outer[-1].sorts:
        yield outer[-1].keyword


def collects_unordered(tokens: Sequence[Token]) -> Iterator[Token]:
    """A collect() of rows that the clause before did not sort."""
    for clause in projections(tokens):
        for item in clause.items:
            for at, token in enumerate(item):
                called = at + 1 < len(item) and item[at + 1].text == "("
                if token.word == "COLLECT" and called and not clause.after_sorting:
                    yield token


def mixes_aggregates(tokens: Sequence[Token]) -> Iterator[Token]:
    """A property beside an aggregate in one column, where no column of its own groups by it."""
    for clause in projections(tokens):
        keys = {"".join(token.text for token in value(item)) for item in clause.items}
        for item in clause.items:
            outside = list(_outside_aggregates(value(item)))
            local = {a.text for a, b in pairwise(outside) if b.word == "IN" or b.text == "="}
            if not any(_aggregates(*pair) for pair in pairwise(value(item))):
                continue
            for of, dot, name in zip(outside, outside[1:], outside[2:], strict=False):
                known = of.text in local | keys or f"{of.text}.{name.text}" in keys
                if dot.text == "." and of.kind in ("word", "quoted") and not known:
                    yield of


def _aggregates(token: Token, following: Token) -> bool:
    """Whether an aggregate is called here; `COUNT { … }` is none."""
    return token.word in AGGREGATES and following.text == "("


def _outside_aggregates(item: Sequence[Token]) -> Iterator[Token]:
    """The pieces of a column that stand in no aggregate and in no subquery."""
    inside, at = 0, 0
    while at < len(item):
        token = item[at]
        if inside:
            inside += (token.text in ("(", "{")) - (token.text in (")", "}"))
        elif at + 1 < len(item) and _aggregates(token, item[at + 1]):
            inside, at = 1, at + 1
        elif token.text == "{":
            inside = 1
        else:
            yield token
        at += 1


def returns_graph_things(tokens: Sequence[Token]) -> Iterator[Token]:
    """A last column that is a node, an edge, a path, or a list of them."""
    known = set(_bound(tokens))
    for clause in projections(tokens):
        whole = [item for item in clause.items if _whole(value(item), known)]
        known |= {alias(item) for item in whole if alias(item)}
        known -= {alias(item) for item in clause.items if item not in whole}
        if clause.keyword.word == "RETURN" and clause.depth == 0:
            yield from (item[0] for item in whole)


def _bound(tokens: Sequence[Token]) -> Iterator[str]:
    """The variables of patterns: `(h`, `[r`, `q = (`."""
    for at, token in enumerate(tokens[:-1]):
        before = tokens[at - 1].text if at else ""
        follows = tokens[at + 1].text
        earlier = tokens[at - 2] if at > 1 else None
        if token.kind not in ("word", "quoted"):
            continue
        called = before == "(" and earlier is not None and _calls(earlier)
        if before == "(" and follows in (":", ")", "{") and not called:
            yield token.text
        if before == "[" and follows in (":", "]", "*") and earlier and earlier.text == "-":
            yield token.text
        if follows == "=" and tokens[min(at + 2, len(tokens) - 1)].text == "(" and _opens(before):
            yield token.text


def _calls(token: Token) -> bool:
    """Whether a bracket after this word is that of a function, not of a node."""
    return token.kind == "word" and token.word not in {*CLAUSES, "AND", "OR", "NOT", "EXISTS", "IN"}


def _opens(before: str) -> bool:
    return before.upper() in ("MATCH", ",")


def _whole(item: Sequence[Token], known: set[str]) -> bool:
    """Whether a value is nothing but such a variable, or a list of it."""
    told = [t for t in item if t.word not in LISTS and t.text not in ("(", ")")]
    made = any(t.word in ("NODES", "RELATIONSHIPS") for t in item)
    return len(told) == 1 and (made or told[0].text in known)
