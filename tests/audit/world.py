"""A clock that tests move, people of every role, and a small drawn world of findings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from audit.users import Scope, User

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday morning in China


class Clock:
    """Tells a time that tests set; each look is a microsecond later, so that order is certain."""

    def __init__(self) -> None:
        self.moment = BEGIN

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def ahead(self, **how: float) -> None:
        self.moment += timedelta(**how)


def scope(role: str, login: str | None = None, *departments: str, region: str = "330382") -> Scope:
    """Somebody of this role in a county of two townships."""
    user = User(f"id-{login or role}", login or role, role, role, region, departments)
    county = {"330382", "330382101", "330382102"}
    return Scope(user, frozenset(county if region == "330382" else {region}))


def finding(made: str, **other: object) -> dict[str, object]:
    """One gap finding, as a run gives it."""
    return {
        "id": made,
        "question": "never_applied",
        "finds": "gap",
        "key": {"unit_id": f"h-{made}", "programme": "MZ01"},
        "unit": "household",
        "unit_id": f"h-{made}",
        "household": f"h-{made}",
        "programme": "MZ01",
        "departments": ["civil_affairs"],
        "region": "330382101",
        "money": 81_200,
        "severity": "hard",
        "articles": ["SAL-18"],
        "origins": ["household_register|1"],
        "evidence": {"amount": 81_200},
        "evidence_digest": f"digest-{made}",
        "excess": [],
        "details": "{}",
        "months": 1,
        "rank": 81_200,
        **other,
    }
