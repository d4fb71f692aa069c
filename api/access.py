"""Who may see and do what: the only place that decides it.

A route without a row in `RULES` answers nobody. Scope is role × region subtree × departments, and
one clause of it cuts rows, counts and sums alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import unquote

from fastapi import Depends, Header, Request, params
from fastapi.dependencies.utils import get_flat_params
from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from api.problems import Problem
from api.service import Service
from audit import sessions
from audit.journal import Entry, append
from audit.progress import OPEN
from audit.tables import ASSIGNMENTS, COHORT, FINDING_DEPARTMENTS, FINDINGS, INSTRUCTIONS
from audit.users import Scope, User, roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ontology.regions import Regions

COOKIE: Final = "aidgraph_session"
ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"
BY_STEPS: Final = "instructions:read"  # the table of steps decides the rest
RULES: Final = {
    "GET /health": ANYONE,
    "POST /session": ANYONE,
    "DELETE /session": SIGNED_IN,
    "GET /me": SIGNED_IN,
    "GET /programmes": SIGNED_IN,
    "GET /programmes/{programme}": SIGNED_IN,
    "GET /questions": SIGNED_IN,
    "GET /regions": SIGNED_IN,
    "GET /departments": SIGNED_IN,
    "GET /runs/latest": SIGNED_IN,
    "GET /figures": "figures:read",
    "GET /figures/{figure}": "figures:read",
    "GET /figures/{figure}/trend": "figures:read",
    "GET /findings": "findings:rows",
    "GET /findings/{finding}": "findings:rows",
    "PATCH /findings/{finding}": "findings:conclude",
    "GET /households/{household}": "households:read",
    "GET /households/{household}/neighbourhood": "households:read",
    "GET /households/{household}/payments": "households:read",
    "GET /households/{household}/decided-then": "households:read",
    "GET /instructions": "instructions:read",
    "GET /instructions/prefill": "instructions:give",
    "POST /instructions": "instructions:give",
    "GET /instructions/{instruction}": "instructions:read",
    "GET /instructions/{instruction}/cohort": "instructions:read",
    "POST /instructions/{instruction}/{action}": BY_STEPS,
    "POST /assignments/{assignment}/{action}": BY_STEPS,
    "GET /journal": "journal:read",
    "GET /journal/verify": "journal:read",
}
SMALL: Final = 5  # fewer than this is not told to those who may not see rows
HOLDS: Final = ("received", "in_progress", "to_sign", "reported", "accepted", "redo")
PURPOSE: Final = range(4, 201)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, within which scope, and in which language he reads."""

    scope: Scope
    lang: str
    token: str | None = None

    @property
    def login(self) -> str:
        return self.scope.user.login


def service_of(request: Request) -> Service:
    """What the application was made with."""
    service: Service = request.app.state.service
    return service


def language(request: Request) -> str:
    """`zh`, unless English is asked for first."""
    asked = request.headers.get("accept-language", "").strip().lower()
    return "en" if asked.startswith("en") else "zh"


def enter(request: Request) -> Caller | None:
    """The caller, if the rule of the route lets him in; nobody where anyone may."""
    route = request.scope["route"]
    rule = RULES.get(f"{request.method} {route.path}")
    if rule is None:
        raise Problem("not-found")
    refuse_unknown_parameters(request)
    if rule == ANYONE:
        return None
    caller = known(request)
    if rule != SIGNED_IN and not caller.scope.may(rule):
        may = [name for name, role in roles().items() if rule in role.may]
        raise Problem("role", known=may)
    return caller


def signed_in(caller: Annotated[Caller | None, Depends(enter)]) -> Caller:
    """The caller of a route that asks who he is."""
    if caller is None:
        raise Problem("sign-in")
    return caller


Asking = Annotated[Caller, Depends(signed_in)]
Serving = Annotated[Service, Depends(service_of)]


def refuse_unknown_parameters(request: Request) -> None:
    """An unknown filter is refused, never passed over: it would match everyone."""
    flat = get_flat_params(request.scope["route"].dependant)
    elsewhere = (params.Path, params.Header, params.Cookie)
    queries = (one for one in flat if not isinstance(one.field_info, elsewhere))
    accepted = sorted({one.alias for one in queries})
    unknown = sorted(set(request.query_params) - set(accepted))
    if unknown:
        raise Problem("unknown-filter", says=", ".join(unknown), known=accepted)


def known(request: Request) -> Caller:
    """The user of the session cookie or of the key."""
    service = service_of(request)
    bearer = request.headers.get("authorization", "")
    token = request.cookies.get(COOKIE)
    user: User | None = None
    if bearer.lower().startswith("bearer "):
        user = sessions.by_key(service.records, bearer[7:].strip())
    elif token:
        user = sessions.by_session(service.records, token)
    if user is None:
        raise Problem("sign-in")
    return Caller(scope_of(user, service.pack.regions), language(request), token)


def scope_of(user: User, regions: Regions) -> Scope:
    """The user with every known region under his own."""
    if user.region is None:
        return Scope(user, None)
    under = {code for code in regions.by_code if regions.within(code, user.region)}
    return Scope(user, frozenset(under | {user.region}))


def purpose_of(
    purpose: str | None = None, x_purpose: Annotated[str | None, Header()] = None
) -> str:
    """Why personal data is asked for; nothing is shown without it."""
    said = purpose or unquote(x_purpose or "")
    if len(said.strip()) not in PURPOSE:
        raise Problem("purpose-needed")
    return said.strip()


def note_read(
    service: Service, caller: Caller, resource: str, subject: str, purpose: str | None = None
) -> None:
    """Journal that somebody read personal data, before he gets it."""
    append(service.records, Entry(caller.login, "read", resource, subject, purpose))


def findings_in(scope: Scope) -> ColumnElement[bool]:
    """Which findings a user may see: his region and departments, or what he was assigned."""
    near = true() if scope.regions is None else FINDINGS.c.region.in_(sorted(scope.regions))
    if not scope.user.departments:
        return near
    own = exists().where(
        FINDING_DEPARTMENTS.c.finding == FINDINGS.c.id,
        FINDING_DEPARTMENTS.c.department.in_(scope.user.departments),
    )
    assigned = exists().where(
        COHORT.c.finding == FINDINGS.c.id,
        COHORT.c.instruction == INSTRUCTIONS.c.id,
        INSTRUCTIONS.c.state.in_(OPEN),
        ASSIGNMENTS.c.instruction == INSTRUCTIONS.c.id,
        ASSIGNMENTS.c.state.in_(HOLDS),
        ASSIGNMENTS.c.department.in_(scope.user.departments),
    )
    return and_(near, or_(own, assigned))


def instructions_in(scope: Scope) -> ColumnElement[bool]:
    """Which instructions a user may see: his own, those assigned to him, or all in his region."""
    own = INSTRUCTIONS.c.issuer == scope.user.login
    if scope.may("instructions:everywhere"):
        return or_(own, true() if scope.regions is None else whole_in(scope))
    assigned = [
        ASSIGNMENTS.c.instruction == INSTRUCTIONS.c.id,
        INSTRUCTIONS.c.state.in_(("in_progress", "to_close", "closed")),
        place_of(scope),
    ]
    if scope.user.departments:
        assigned.append(ASSIGNMENTS.c.department.in_(scope.user.departments))
    return or_(own, exists().where(*assigned))


def whole_in(scope: Scope) -> ColumnElement[bool]:
    """Instructions given for a region of the user's; those for no region are for every one."""
    return or_(
        INSTRUCTIONS.c.region.is_(None), INSTRUCTIONS.c.region.in_(sorted(scope.regions or ()))
    )


def place_of(scope: Scope) -> ColumnElement[bool]:
    """Assignments to a place of the user's; one that names no place is for the whole region."""
    if scope.regions is None:
        return true()
    here = sorted(scope.regions)
    nowhere = true() if scope.user.departments else false()
    return or_(
        ASSIGNMENTS.c.region.in_(here),
        and_(ASSIGNMENTS.c.region.is_(None), INSTRUCTIONS.c.region.in_(here)),
        and_(ASSIGNMENTS.c.region.is_(None), INSTRUCTIONS.c.region.is_(None), nowhere),
    )


def cohort_in(scope: Scope) -> ColumnElement[bool]:
    """Which frozen rows of a visible instruction a user may see: those of his region."""
    return true() if scope.regions is None else COHORT.c.region.in_(sorted(scope.regions))


def in_departments(scope: Scope, departments: Iterable[str]) -> bool:
    """Whether one of these departments is the user's."""
    return not scope.user.departments or bool(set(departments) & set(scope.user.departments))


def household_in(service: Service, scope: Scope, household: str, region: str | None) -> bool:
    """Whether a user may open this household: in his region, and known to his departments."""
    near = service.pack.regions.nearest(region) if region else None
    if not scope.covers(near):
        return False
    if not scope.user.departments or in_departments(scope, service.departments_of(household)):
        return True
    with service.records.read() as connection:
        found = select(FINDINGS.c.id).where(FINDINGS.c.household == household, findings_in(scope))
        return connection.execute(found.limit(1)).first() is not None


def masked(name: str | None) -> str | None:
    """The family name, the rest starred."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else None


def told(scope: Scope, count: int | None) -> tuple[int | None, str | None]:
    """A count, or the mark that it is too small to be told."""
    small = count is not None and 0 < count < SMALL
    return (None, "suppressed") if small and not scope.may("findings:rows") else (count, None)


def told_together(scope: Scope, counts: dict[str, int]) -> dict[str, int | None]:
    """Counts that add up to one that is told: a lone small one takes the next with it."""
    shown: dict[str, int | None] = {name: told(scope, count)[0] for name, count in counts.items()}
    hidden = [name for name, count in shown.items() if count is None]
    if len(hidden) == 1:
        rest = [name for name, count in shown.items() if count]
        if rest:
            shown[min(rest, key=lambda name: counts[name])] = None
    return shown


def sight(scope: Scope, sensitivity: str | None) -> str:
    """How much of an item of this class the user sees: value, truth or nothing."""
    return roles()[scope.user.role].sight(sensitivity)
