"""Judge Cypher that someone else wrote: reading clauses and plain functions pass, nothing else.

The engines' own fences are not enough: in read mode both stores still load files (`LOAD CSV`), and
Neo4j lists settings and ends other people's transactions. What cannot be told apart for certain
is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST: Final = 30_000
DEEPEST: Final = 15

TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*|/\*.*?\*/)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<quoted>`[^`]*`)
      | (?P<parameter>\$\w+)
      | (?P<number>\d[\w]*(?:\.\d[\w]*)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>(?!/\*)[-+*/%^=<>.,:|&!()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)
# Words with which a clause that may not run begins or goes on, in any dialect of either store.
_REFUSED: Final = """
    ALTER CREATE CYPHER DEALLOCATE DELETE DENY DETACH DROP DRYRUN ENABLE EXPLAIN FILTER FINISH
    FOREACH GRANT INSERT LET LOAD MERGE NEXT NODETACH PERIODIC PROFILE REALLOCATE REMOVE
    RENAME REVOKE COPY IMPORT EXPORT ATTACH INSTALL SEARCH SET SHOW START STOP TERMINATE
    TRANSACTION TRANSACTIONS USE USING YIELD
"""
BEGINS: Final = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
_BEFORE_BRACKET: Final = """
    ALL AND ANY AS ASC BY CALL CASE CONTAINS COUNT DESC DISTINCT ELSE END ENDS EXISTS IN IS
    LIMIT MATCH NONE NOT NULL ON OPTIONAL OR ORDER RETURN SINGLE SKIP STARTS THEN UNION UNWIND
    WHEN WHERE WITH XOR
"""
_FUNCTIONS: Final = """
    abs acos asin atan atan2 avg ceil ceiling coalesce collect cos count date datetime degrees
    duration endnode exists exp floor head keys labels last left length localdatetime log
    log10 lower ltrim max min nodes properties radians range reduce relationships replace
    reverse right round rtrim shortestpath allshortestpaths sign sin size split sqrt startnode
    stdev substring sum tail tan toboolean tofloat tointeger tolower tostring toupper trim
    type upper date.truncate datetime.truncate duration.between duration.indays
    duration.inmonths
"""

REFUSED: Final = frozenset(_REFUSED.split())
BEFORE_BRACKET: Final = frozenset(_BEFORE_BRACKET.split())
FUNCTIONS: Final = frozenset(_FUNCTIONS.split())


class GuardError(ValueError):
    """Cypher that may not run; the text names the word and the way out."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text, with its kind and where it begins."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """The piece as engines compare keywords; nothing where it is no bare word."""
        return self.text.upper() if self.kind == "word" else ""


def judge(text: str) -> str:
    """The text without its comments, fit to be run by an engine in read mode.

    Raises:
        GuardError: where it could do anything but read the graph.
    """
    if len(text) > LONGEST:
        raise GuardError(f"{len(text)} characters; at most {LONGEST}. Ask in smaller parts.")
    tokens = list(_tokens(text))
    if not tokens:
        raise GuardError("Nothing is asked. Begin with MATCH and end with RETURN.")
    if tokens[0].word not in BEGINS:
        raise GuardError(f"`{tokens[0].text}` cannot begin a question: begin with MATCH.")
    for at, token in enumerate(tokens):
        _judge_word(tokens, at, token)
    if not any(token.word == "RETURN" for token in tokens):
        raise GuardError("Nothing is returned: end with RETURN.")
    _judge_paths(tokens)
    return _without_comments(text)


def _tokens(text: str) -> Iterator[Token]:
    """The pieces that count; anything that is none of the known ones is refused."""
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise GuardError(_stranger(text, at))
        if "\\" in found.group():
            raise GuardError(f"A backslash at {at}: hand such text over as a parameter.")
        if found.lastgroup not in ("space", "comment"):
            yield Token(found.lastgroup, found.group(), at)
        at = found.end()


def _stranger(text: str, at: int) -> str:
    match text[at]:
        case ";":
            return f"A `;` at {at}: one statement at a time."
        case "'" | '"' | "`":
            return f"The quote at {at} is not closed."
        case "/":
            return f"The comment at {at} is not closed."
        case "\\":
            return f"A backslash at {at}: hand such text over as a parameter."
        case sign:
            return f"The sign `{sign}` at {at} is not used in questions."


def _judge_word(tokens: Sequence[Token], at: int, token: Token) -> None:
    """Refuse a word that does more than read, unless it can only be a name."""
    if token.kind not in ("word", "quoted") or _is_name(tokens, at):
        return
    if token.word in REFUSED:
        raise GuardError(f"`{token.text}` at {token.at} does more than read the graph.")
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if token.word == "CALL" and after not in ("(", "{"):
        raise GuardError(f"`CALL` at {token.at}: procedures are not run, only `CALL (x) {{ … }}`.")
    if after == "(" and token.word not in BEFORE_BRACKET:
        _judge_function(token, token.text.strip("`"))
    if after == ".":
        _judge_dotted(tokens, at)


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    """A property after `x.`, or a label, a type or a value after `:`."""
    if at == 0:
        return False
    before = tokens[at - 1].text
    if before == "." and at > 1:
        owner = tokens[at - 2]
        return owner.kind in ("word", "quoted", "parameter") or owner.text in (")", "]", "}")
    return before == ":"


def _judge_dotted(tokens: Sequence[Token], at: int) -> None:
    """Refuse `namespace.function(` where it is no plain function: it may reach anywhere."""
    end = at
    while end + 2 < len(tokens) and tokens[end + 1].text == ".":
        end += 2
    if end + 1 < len(tokens) and tokens[end + 1].text == "(" and end > at:
        name = "".join(token.text.strip("`") for token in tokens[at : end + 1])
        _judge_function(tokens[at], name)


def _judge_function(token: Token, name: str) -> None:
    if name.lower() not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise GuardError(f"No function `{name}` at {token.at} in questions. Known: {known}.")


def _judge_paths(tokens: Sequence[Token]) -> None:
    """Refuse a path without an upper bound: the stores differ on it, and it may never end."""
    for at, token in enumerate(tokens[:-1]):
        if token.text == "-" and tokens[at + 1].text == "[":
            _judge_length(tokens, at + 2)


def _judge_length(tokens: Sequence[Token], start: int) -> None:
    inside: list[Token] = []
    for token in tokens[start:]:
        if token.text in ("]", "{"):
            break
        inside.append(token)
    star = next((at for at, token in enumerate(inside) if token.text == "*"), None)
    if star is None:
        return
    bounds = "".join(token.text for token in inside[star + 1 :])
    upper = re.fullmatch(r"(?:\d*\.\.)?(\d+)", bounds)
    if upper is None or int(upper[1]) > DEEPEST:
        at = inside[star].at
        raise GuardError(f"A path without an end at {at}: write `*1..5`, at most {DEEPEST}.")


def _without_comments(text: str) -> str:
    """The very pieces that were judged: what an engine takes for a comment is not left to it."""
    return TOKEN.sub(lambda found: " " if found.lastgroup == "comment" else found.group(), text)
