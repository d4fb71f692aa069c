"""Lists and their pages: cursors that outlive a change of the list, tags that spare a reading."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Query, Request, Response
from sqlalchemy import ColumnElement, and_, or_

from api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=400)]
DEFAULT: Final = 50


def to_cursor(*place: object) -> str:
    """A place in a list as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def from_cursor(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The place a cursor stands for."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place: list[Any] = json.loads(base64.urlsafe_b64decode(padded))
        fits = isinstance(place, list) and len(place) == len(kinds)
        if not fits or not all(isinstance(p, k) for p, k in zip(place, kinds, strict=True)):
            raise Problem("bad-cursor")
    except (ValueError, UnicodeError) as error:
        raise Problem("bad-cursor") from error
    return place


def after(
    column: ColumnElement[Any], tie: ColumnElement[Any], place: list[Any], *, down: bool
) -> ColumnElement[bool]:
    """The rows that come after a place, ties broken by id."""
    value, made = place
    further = column < value if down else column > value
    return or_(further, and_(column == value, tie > made))


def iso(value: object) -> str:
    """A date as text; nothing else is expected."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON.")


ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=iso)


def to_body(content: object) -> bytes:
    """The content as JSON; a date is ISO text. The framework's own encoder is ten times slower."""
    return ENCODER.encode(content).encode()


def to_shared_body(content: object, apart: frozenset[str]) -> bytes:
    """The same; what stands under these names, or in lists by id, is written once if met again.

    In an object it comes last.
    """
    return _written(content, apart, {}).encode()


def _written(value: object, apart: frozenset[str], made: dict[int, str]) -> str:
    key = id(value)
    if key in made:
        return made[key]
    if isinstance(value, list):
        text = f"[{','.join([_written(one, apart, made) for one in value])}]"
    elif isinstance(value, dict) and not apart.isdisjoint(value):
        flat, told = {}, []
        for name, one in value.items():
            if name in apart:
                told.append(f'"{name}":{made.get(id(one)) or _written(one, apart, made)}')
            else:
                flat[name] = one
        first = [ENCODER.encode(flat)[1:-1]] if flat else []
        text = f"{{{','.join(first + told)}}}"
    elif isinstance(value, dict) and all(isinstance(one, list) for one in value.values()):
        lists = (f"{ENCODER.encode(n)}:{_written(one, apart, made)}" for n, one in value.items())
        text = f"{{{','.join(lists)}}}"
    else:
        text = ENCODER.encode(value)
    made[key] = text
    return text


def plain(content: object, apart: frozenset[str]) -> Response:
    """The content as an answer; what stands in several places under these names written once."""
    return Response(to_shared_body(content, apart), media_type="application/json")


def tagged(request: Request, content: object) -> Response:
    """The content with its tag, or nothing where the reader holds it already."""
    body = to_body(content)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Authorization, Accept-Language",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def known_values(name: str, given: Sequence[str], accepted: Sequence[str]) -> None:
    """Raise where a filter names a value that there is not."""
    unknown = sorted(set(given) - set(accepted))
    if unknown:
        raise Problem("unknown-value", says=f"{name}: {', '.join(unknown)}.", known=accepted)
