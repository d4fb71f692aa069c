"""Signing in and out, and who one is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import COOKIE, Asking, Caller, Serving, language, scope_of
from api.lists import Json
from api.service import Service
from api.words import department_labels, region_label
from audit import sessions
from audit.users import roles

router = APIRouter(tags=["session"])


class SignIn(BaseModel):
    """Login and password."""

    model_config = ConfigDict(extra="forbid")
    login: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)


@router.post("/session")
def sign_in(given: SignIn, request: Request, response: Response, service: Serving) -> Json:
    """Begin a session; the cookie is out of reach of scripts and of other sites."""
    signed = sessions.sign_in(service.records, given.login, given.password)
    response.set_cookie(
        COOKIE,
        signed.token,
        max_age=sessions.SESSION_HOURS * 3600,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    caller = Caller(scope_of(signed.user, service.pack.regions), language(request))
    return {"user": to_me(service, caller), "expires_at": signed.expires_at}


@router.delete("/session", status_code=204)
def sign_out(caller: Asking, response: Response, service: Serving) -> None:
    """End the session of the cookie."""
    if caller.token:
        sessions.sign_out(service.records, caller.token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/me")
def read_me(caller: Asking, service: Serving) -> Json:
    """Who is signed in, and what he may do."""
    return to_me(service, caller)


def to_me(service: Service, caller: Caller) -> Json:
    """A user as he is shown to himself."""
    user, lang = caller.scope.user, caller.lang
    role = roles()[user.role]
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role,
        "role_label": role.label[lang],
        "region": user.region,
        "region_label": region_label(service, user.region, lang),
        "departments": list(user.departments),
        "department_labels": department_labels(service, user.departments, lang),
        "may": sorted(role.may),
    }
